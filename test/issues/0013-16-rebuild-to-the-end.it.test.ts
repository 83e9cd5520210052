// `gavel rebuild silver` brought the new version to where the one in use stood, and no further: with one at the beginning it
// swapped in an empty version at position none, and public lists went from 71 auctions to 0.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type RebuildParts, rebuildSilver, rollBackSilver } from '../../src/rebuild/silver-rebuild.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { auctionNo, userNo } from '../projections/chronicle.js';
import { ProjectedHouse } from '../support/projected-house.js';

const runtime = new SystemRuntime();
const [sue, ann, bob] = [userNo(1), userNo(2), userNo(3)] as const;
const [clock, vase] = [auctionNo(1), auctionNo(2)] as const;

let house: ProjectedHouse;
let notices: string[];
beforeEach(async () => {
  notices = [];
  house = await ProjectedHouse.open();
  await house.told.register(sue, ann, bob);
  for (const id of [clock, vase]) await house.told.list(id);
  await house.told.bid(clock, ann, 20_00n);
  await house.project();
});
afterEach(() => house.close());

const parts = (): RebuildParts => ({
  database: house.database.config,
  journal: house.journal,
  runtime,
  signal: new AbortController().signal,
  phase: () => undefined,
  progress: () => undefined,
  notice: (sentence) => notices.push(sentence),
});
const rebuild = (options = {}) => rebuildSilver(parts(), { verifyOnly: false, acceptDifferences: false, ...options });
const rows = async (text: string) => (await house.client.query(text)).rows;
const lists = async () => (await rows('SELECT auction_id FROM silver.auctions ORDER BY 1')).length;
const stands = async () => (await rows("SELECT position::text FROM feed.checkpoints WHERE consumer = 'silver'"))[0];
const head = async () => house.journal.printPosition((await house.journal.head())!);
const empty = () =>
  house.client.query(
    'TRUNCATE silver_private.users, silver_private.listings, silver_private.standings, silver_private.bids CASCADE',
  );

describe('a rebuild', () => {
  it.each([
    ['at the beginning', "UPDATE feed.checkpoints SET position = NULL WHERE consumer = 'silver'"],
    ['without a checkpoint', "DELETE FROM feed.checkpoints WHERE consumer = 'silver'"],
  ])('of an empty Silver %s brings in everything there is', async (_, statement) => {
    await empty();
    await house.client.query(statement);
    expect(await lists()).toBe(0);
    expect(await rebuild()).toMatchObject({ status: 'swapped', swappedAt: [await head()] });
    expect(await lists()).toBe(2);
    expect(await stands()).toEqual({ position: await head() });
    expect(notices).toEqual([
      `the version in use stands at the beginning, and the journal was at position ${await head()} before this began: the new version goes on to the end`,
    ]);
    await house.project();
    const { lines, failed } = await house.run(['verify']);
    expect({ failed, last: lines.at(-1) }).toEqual({ failed: false, last: 'clean: Silver is what the journal says' });
  });

  it('of a full Silver that has lost its checkpoint swaps when told to', async () => {
    await house.client.query("DELETE FROM feed.checkpoints WHERE consumer = 'silver'");
    expect((await rebuild()).status).toBe('differs');
    expect(await rebuild({ acceptDifferences: true })).toMatchObject({ status: 'swapped', swappedAt: [await head()] });
    await house.project();
    expect((await house.run(['verify'])).failed).toBe(false);
  });

  it('of a Silver that lags brings in what it lacks', async () => {
    await house.told.bid(vase, bob, 30_00n);
    expect(await rebuild()).toMatchObject({ status: 'swapped', swappedAt: [await head()] });
    expect(await rows(`SELECT FROM silver.bids WHERE auction_id = '${vase}'`)).toHaveLength(1);
    // The version that was goes on from where it stood.
    await house.told.bid(vase, ann, 50_00n);
    expect(await rollBackSilver(parts())).toEqual([await head()]);
    expect(await rows(`SELECT FROM silver.bids WHERE auction_id = '${vase}'`)).toHaveLength(2);
    await house.project();
    expect((await house.run(['verify'])).failed).toBe(false);
  });

  it('says nothing of a Silver that is at the end', async () => {
    expect((await rebuild()).status).toBe('swapped');
    expect(notices).toEqual([]);
  });

  it('with --verify-only calls nothing verified that could not be compared', async () => {
    await empty();
    await house.client.query("UPDATE feed.checkpoints SET position = NULL WHERE consumer = 'silver'");
    await expect(rebuild({ verifyOnly: true })).rejects.toThrow(
      `the version in use stands at the beginning, and the journal was at position ${await head()} before this began: what it lacks could not be compared, and nothing was swapped`,
    );
    expect(await stands()).toEqual({ position: null });
  });
});
