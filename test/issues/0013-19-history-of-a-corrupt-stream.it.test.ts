// `gavel history` on a corrupt stream ended with a stack trace instead of its sentence.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { auctionStream } from '../../src/domain/messages.js';
import { later } from '../../src/domain/time.js';
import { auctionNo, noon, userNo } from '../projections/chronicle.js';
import { ProjectedHouse } from '../support/projected-house.js';
import { runGavel } from '../support/run-gavel.js';

const [sue, ann, bob] = [userNo(1), userNo(2), userNo(3)] as const;
const clock = auctionNo(1);
const stream = auctionStream(clock);

let house: ProjectedHouse;
beforeEach(async () => {
  house = await ProjectedHouse.open();
  await house.told.register(sue, ann, bob);
  await house.told.list(clock);
  await house.told.bid(clock, ann, 20_00n);
  await house.told.bid(clock, bob, 50_00n);
});
afterEach(() => house.close());

/** The journal refuses changes by a trigger; whoever owns the server can still make them. */
async function damage(statement: string): Promise<void> {
  await house.client.query("SET session_replication_role = 'replica'");
  await house.client.query(statement);
  await house.client.query('RESET session_replication_role');
}

const history = (...more: string[]) =>
  runGavel(['history', clock, ...more], { GAVEL_POSTGRES_URL: house.database.connectionString });

describe('gavel history on a stream', () => {
  const bids = "event_type = 'BidPlaced'";

  it.each([
    [
      'with a text that was changed',
      () => damage(`UPDATE journal.events SET payload = replace(payload, '"2000"', '"9000"') WHERE ${bids}`),
      'cannot be read at revision 1: the text does not match its hash',
    ],
    [
      'that lacks an event',
      () => damage(`DELETE FROM journal.events WHERE ${bids} AND revision = 1`),
      'cannot be read at revision 2: revision 1 should come here',
    ],
    [
      'with an event that cannot follow',
      () =>
        house.told.record(stream, {
          type: 'ClosingExtended',
          cause: 'SoftClose',
          previousClosesAt: noon,
          closesAt: later(noon, 3_700_000),
          extensions: 1,
          bidNumber: 1,
          extendedAt: noon,
        }),
      'cannot be read at revision 3: broken invariant: the close moves from',
    ],
    [
      'with an event of somebody else',
      () => house.told.record(stream, { type: 'UserVerified', verifiedAt: noon }),
      'cannot be read at revision 3: UserVerified is no event of an auction',
    ],
  ])('%s tells what can be told and ends with its sentence', async (_, hurt, sentence) => {
    await hurt();
    const { code, stdout, stderr } = await history();
    expect(stderr).toMatch(/^gavel: the house in PostgreSQL at [^\n]*\ngavel: [^\n]*\n$/);
    expect(stderr).toContain(`gavel: stream ${stream} ${sentence}`);
    expect(code).toBe(1);
    expect(stdout).toContain('r0 ');
    expect((await history('--json')).stderr).toBe(stderr);
    // What lies before the damage can still be told.
    const before = await history('--at', '0');
    expect(before).toMatchObject({ code: 0, stderr: expect.stringMatching(/^gavel: the house in [^\n]*\n$/) });
  });
});
