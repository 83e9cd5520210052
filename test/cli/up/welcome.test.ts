import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { firstRequestLines, type Kept, keptLines } from '../../../src/cli/up/welcome.js';
import { auctionId } from '../../../src/domain/ids.js';
import { shellWord } from '../../../src/terminal/shell.js';

describe('a word for the shell', () => {
  it.each([['/srv/gavel'], ['/srv/two words'], ["/srv/o'clock"], ['/srv/$HOME`ls`'], ['/srv/"a"\\b'], ['']])(
    'is read back as %j',
    (text) => {
      expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
    },
  );
});

describe('the first requests', () => {
  const lines = firstRequestLines({
    url: 'http://127.0.0.1:3000',
    environment: "GAVEL_DATA='/srv/two words' ",
    directory: '/srv/gavel',
    auctionId: auctionId('0190f5a2-7c1e-7d3a-9b1c-2f6d8e4a7b10'),
  });

  it('are a token and two curls, each of one line that a shell can read', () => {
    const commands = lines.filter((line) => /^(GAVEL_DATA=|curl )/.test(line));
    expect(commands).toHaveLength(3);
    for (const command of commands) execFileSync('sh', ['-n', '-c', command]);
  });

  it('name the same auction in the listing and in the bid, and the data directory in every token', () => {
    expect(lines.filter((line) => line.includes('0190f5a2-7c1e-7d3a-9b1c-2f6d8e4a7b10'))).toHaveLength(2);
    expect(lines.filter((line) => line.includes("GAVEL_DATA='/srv/two words' npm run -s gavel -- token"))).toHaveLength(
      3,
    );
  });
});

describe('a later start', () => {
  const kept: Kept = { openAuctions: 1n, position: '7', behind: 0n, parkedStreams: 0, halted: null };

  it('tells what is open and that nothing was lost', () => {
    expect(keptLines(kept)).toEqual([
      'Nothing was lost: 1 auction is open, the journal stands at position 7, and Silver shows all of it.',
    ]);
    expect(keptLines({ ...kept, openAuctions: 2n })[0]).toContain('2 auctions are open');
  });

  it('tells what Silver lacks, and what a person has to look at', () => {
    expect(keptLines({ ...kept, behind: 3n })[0]).toMatch(/and Silver is 3 events behind and catching up\.$/);
    expect(keptLines({ ...kept, behind: 3n, parkedStreams: 1, halted: 'too many parked' })).toEqual([
      'Nothing was lost: 1 auction is open, the journal stands at position 7, and Silver is 3 events behind.',
      'Silver has halted: too many parked',
      'Parked streams: 1; npm run -s gavel -- dlq list tells why.',
    ]);
  });
});
