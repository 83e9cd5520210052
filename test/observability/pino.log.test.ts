import { describe, expect, it } from '@jest/globals';
import { pinoLog } from '../../src/observability/pino.log.js';

function linesOf(level: Parameters<typeof pinoLog>[0], write: (log: ReturnType<typeof pinoLog>) => void) {
  const lines: Record<string, unknown>[] = [];
  write(pinoLog(level, { write: (line) => lines.push(JSON.parse(line)) }));
  return lines;
}

describe('the log', () => {
  it('writes one JSON object a line, with its time', () => {
    const [line] = linesOf('info', (log) => log.warn({ streamId: 'auction-1' }, 'parked'));
    expect(line).toEqual({
      level: 40,
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      streamId: 'auction-1',
      msg: 'parked',
    });
  });

  it('leaves out what is less urgent than its level', () => {
    const write = (log: ReturnType<typeof pinoLog>) => {
      log.debug({}, 'd');
      log.info({}, 'i');
      log.error({}, 'e');
    };
    expect(linesOf('info', write).map(({ msg }) => msg)).toEqual(['i', 'e']);
    expect(linesOf('silent', write)).toEqual([]);
  });

  it('strikes out secrets, at the top of a line and one below', () => {
    const fields = { authorization: 'Bearer x', command: { amount: '1250', auctionId: 'a' }, user: { email: 'a@b.c' } };
    const [line] = linesOf('info', (log) => log.info(fields, 'x'));
    expect(line).toMatchObject({
      authorization: '[secret]',
      command: { amount: '[secret]', auctionId: 'a' },
      user: { email: '[secret]' },
    });
  });
});
