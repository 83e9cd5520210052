import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { auctionStream } from '../../src/domain/messages.js';
import { later } from '../../src/domain/time.js';
import type { Verification } from '../../src/verify/verify.js';
import { auctionNo, noon, userNo } from '../projections/chronicle.js';
import { ProjectedHouse } from '../support/projected-house.js';

const [sue, ann] = [userNo(1), userNo(2)] as const;
const clock = auctionNo(1);

let house: ProjectedHouse;
beforeEach(async () => {
  house = await ProjectedHouse.open();
  await house.told.register(sue, ann);
  await house.told.list(clock);
  await house.told.bid(clock, ann, 20_00n);
});
afterEach(() => house.close());

/** The journal refuses changes by a trigger; whoever owns the table can still make them. */
async function damage(statement: string): Promise<void> {
  await house.client.query("SET session_replication_role = 'replica'");
  await house.client.query(statement);
  await house.client.query('RESET session_replication_role');
}

async function verifyAnew(): Promise<Verification> {
  const { lines, failed } = await house.run(['verify', '--json']);
  expect(failed).toBe(true);
  return JSON.parse(lines.join('\n'));
}

it('reports a text that was changed', async () => {
  await house.project();
  await damage(
    "UPDATE journal.events SET payload = replace(payload, '\"2000\"', '\"9000\"') WHERE event_type = 'BidPlaced'",
  );
  const { findings } = await verifyAnew();
  expect(findings[0]).toEqual({
    check: 'journal',
    subject: `${auctionStream(clock)} r1`,
    problem: 'cannot be read: the text does not match its hash',
  });
  expect(JSON.stringify(findings)).not.toContain('777');
});

it('reports an event that is gone, and compares nothing with a journal that breaks off', async () => {
  await house.told.bid(clock, userNo(3), 50_00n);
  await house.project();
  await damage('DELETE FROM journal.events WHERE position = 4');
  const { findings, tables } = await verifyAnew();
  expect(findings).toEqual([
    {
      check: 'journal',
      subject: 'its beginning',
      problem: 'the journal has position 5 but nothing between it and 3; nothing could be compared',
    },
  ]);
  expect(tables).toEqual([]);
});

it('reports an end that is gone', async () => {
  await house.project();
  await damage('DELETE FROM journal.events WHERE position = 4');
  const { findings } = await verifyAnew();
  const problem = "stands at position 4, behind the journal's end";
  expect(findings.slice(0, 2)).toEqual([
    { check: 'checkpoint', subject: 'silver', problem },
    { check: 'checkpoint', subject: 'closings', problem },
  ]);
});

it('reports events of a stream that do not follow on each other', async () => {
  await house.project();
  await house.told.record(auctionStream(clock), {
    type: 'ClosingExtended',
    cause: 'SoftClose',
    previousClosesAt: noon,
    closesAt: later(noon, 3_700_000),
    extensions: 1,
    bidNumber: 1,
    extendedAt: noon,
  });
  await house.project();
  const { findings } = await verifyAnew();
  expect(findings[0]).toEqual({
    check: 'journal',
    subject: `${auctionStream(clock)} r2`,
    problem: expect.stringMatching(/^does not follow on what is before it: /),
  });
});

it('lists what is parked, and compares such a stream up to there', async () => {
  await house.told.record(auctionStream(clock), {
    type: 'ClosingExtended',
    cause: 'SoftClose',
    previousClosesAt: later(noon, 3_600_000),
    closesAt: later(noon, 3_700_000),
    extensions: 1,
    bidNumber: 1,
    extendedAt: noon,
  });
  await house.client.query('ALTER TABLE silver_private.standings ADD CONSTRAINT never CHECK (extensions = 0)');
  await house.project();
  const result = await verifyAnew();
  expect(result).toMatchObject({
    clean: false,
    findingsTotal: 0,
    parked: [{ consumer: 'silver', revision: 2, waiting: 1 }],
  });
  const { lines } = await house.run(['verify']);
  expect(lines).toContainEqual(
    expect.stringMatching(/^parked by silver: auction-.* at r2, 1 waiting since .*constraint never$/),
  );
});

it('knows a house in which nothing has been projected yet', async () => {
  const { lines, failed } = await house.run(['verify']);
  expect(failed).toBe(true);
  expect(lines[0]).toContain('Silver stands at the beginning');
});
