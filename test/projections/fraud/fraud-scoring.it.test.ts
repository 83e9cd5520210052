import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { isFraudEvent } from '../../../src/domain/fraud/fraud-facts.js';
import type { FraudModel } from '../../../src/domain/fraud/fraud-model.js';
import { type BidScore, FraudScorer } from '../../../src/domain/fraud/fraud-scorer.js';
import type { AuctionId } from '../../../src/domain/ids.js';
import { later } from '../../../src/domain/time.js';
import { BoundedJournal } from '../../../src/feed/bounded-journal.js';
import { Feed } from '../../../src/feed/feed.js';
import { scoringModels } from '../../../src/house/fraud.js';
import { readFraudModel } from '../../../src/house/fraud-model-file.js';
import { FraudScoring } from '../../../src/projections/fraud/fraud-scoring.js';
import { silentLog } from '../../../src/runtime/log.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { eventually } from '../../support/eventually.js';
import { ProjectedHouse } from '../../support/projected-house.js';
import { auctionNo, userNo } from '../chronicle.js';

const runtime = new SystemRuntime();
const model = readFraudModel();
const [ann, bob] = [userNo(2), userNo(3)];
let house: ProjectedHouse;

beforeAll(async () => {
  house = await ProjectedHouse.open();
});
afterAll(() => house?.close());
beforeEach(async () => {
  await house.client.query('TRUNCATE fraud.model_scores, fraud.progress CASCADE');
});

/** Scores up to the journal's head, in a process of its own so to speak, and ends. */
const score = (snapshotEvery = 200_000): Promise<void> => scoreBy(model, true, snapshotEvery);

async function scoreBy(by: FraudModel, mayLead: boolean, snapshotEvery = 200_000): Promise<void> {
  const feed = new Feed({ journal: house.journal, runtime });
  const { config: database } = house.database;
  const scoring = new FraudScoring({ feed, database, model: by, mayLead, runtime, log: silentLog, snapshotEvery });
  scoring.start();
  const head = await house.journal.head();
  await eventually('the scorer to reach the head', async () => (await progress(by.version))?.position === String(head));
  await scoring.drain();
  await feed.close();
}

async function progress(
  version: number,
): Promise<{ position: string | null; snapshot_position: string | null } | undefined> {
  const of = 'SELECT position, snapshot_position FROM fraud.progress WHERE model_version = $1';
  return (await house.client.query(of, [version])).rows[0];
}

/** What a scorer that sees the journal once says in the end of each bid. */
async function expected(): Promise<readonly object[]> {
  const scorer = new FraudScorer(model);
  const last = new Map<string, BidScore>();
  for (const entry of await house.journal.readAll(null, 100_000)) {
    if (entry.kind !== 'event' || !isFraudEvent(entry.event)) continue;
    const said = scorer.take({ auctionId: entry.streamId.slice(8) as AuctionId, event: entry.event });
    if (said !== null) last.set(`${said.auctionId} ${said.bidNumber}`, said);
  }
  return [...last.values()]
    .map(({ auctionId, bidNumber, judgement: { logit } }) => ({ auctionId, bidNumber, logit }))
    .sort((a, b) => a.auctionId.localeCompare(b.auctionId) || a.bidNumber - b.bidNumber);
}

async function recorded(): Promise<readonly object[]> {
  const { rows } = await house.client.query(
    'SELECT auction_id AS "auctionId", bid_number AS "bidNumber", logit FROM fraud.scores ORDER BY auction_id, bid_number',
  );
  return rows;
}

/** Auctions in which ann pushes the same seller's prices and never wins. */
async function rounds(from: number, count: number): Promise<void> {
  const { told } = house;
  for (let i = from; i < from + count; i++) {
    await told.list(auctionNo(i));
    await told.bid(auctionNo(i), bob, 90_00n);
    await told.bid(auctionNo(i), ann, 11_00n);
    await told.bid(auctionNo(i), ann, 13_00n);
    told.now = later(told.now, 60_000);
    if (i % 2 === 0) await told.retract(auctionNo(i), bob, 1);
    await told.close(auctionNo(i));
  }
}

describe('scoring what the journal has', () => {
  it('gives every bid that was accepted the score that one look at the journal gives', async () => {
    await rounds(1, 6);
    await score();
    expect(await recorded()).toEqual(await expected());
    expect((await recorded()).length).toBeGreaterThanOrEqual(18);
  });

  it('goes on after a restart, from its picture, as if it had never stopped', async () => {
    await rounds(10, 3);
    await score(5);
    await rounds(20, 3);
    await score();
    expect(await recorded()).toEqual(await expected());
  });

  it('works out again what came after the last picture, and writes nothing of it twice', async () => {
    await score();
    await house.client.query('UPDATE fraud.progress SET snapshot_position = NULL');
    await house.client.query('DELETE FROM fraud.snapshot_pieces');
    const marked = await house.client.query('UPDATE fraud.model_scores SET seller_id = bidder_id');
    await rounds(30, 1);
    await score();
    expect(await recorded()).toEqual(await expected());
    const kept = await house.client.query('SELECT FROM fraud.scores WHERE seller_id = bidder_id');
    expect(kept.rowCount).toBe(marked.rowCount);
  });

  it('scores all for another model beside the first, which is shown until the other may lead and has come as far', async () => {
    await score();
    const before = await recorded();
    const other = { ...model, version: model.version + 1, intercept: model.intercept + 1 };
    await scoreBy(other, false);
    expect(await recorded()).toEqual(before);
    const both = await house.client.query('SELECT count(*)::integer FROM fraud.model_scores GROUP BY model_version');
    expect(both.rows).toEqual([{ count: before.length }, { count: before.length }]);
    await rounds(40, 1);
    await scoreBy(other, true);
    const after = await recorded();
    expect(after.slice(0, 3)).not.toEqual(before.slice(0, 3));
    expect(after.length).toBeGreaterThan(before.length);
    const { rows } = await house.client.query('SELECT model_version FROM fraud.progress WHERE leads');
    expect(rows).toEqual([{ model_version: other.version }]);
    const pool = new pg.Pool({ ...house.database.config, max: 1 });
    const shown = await scoringModels(pool).finally(() => pool.end());
    expect(shown).toMatchObject([
      { version: model.version, leads: false },
      { version: other.version, leads: true },
    ]);
  });
});

describe('the lead', () => {
  const leading = async () => (await house.client.query('SELECT model_version FROM fraud.progress WHERE leads')).rows;

  it('is refused to a model that is one event behind the one that leads, and given to one that has come as far', async () => {
    await score();
    const entries = await house.journal.readAll(null, 100_000);
    const [behind, level] = [entries.at(-2)?.position ?? null, entries.at(-1)?.position ?? null];
    const journal = new BoundedJournal(house.journal, behind);
    const feed = new Feed({ journal, runtime });
    const other = { ...model, version: model.version + 1 };
    const { config: database } = house.database;
    const scoring = new FraudScoring({ feed, database, model: other, mayLead: true, runtime, log: silentLog });
    try {
      scoring.start();
      const stands = (at: bigint | null) => async () => (await progress(other.version))?.position === String(at);
      await eventually('the other model to come one event short', stands(behind));
      expect(await leading()).toEqual([{ model_version: model.version }]);
      journal.showUpTo(level);
      await eventually('the other model to draw level', stands(level));
      expect(await leading()).toEqual([{ model_version: other.version }]);
    } finally {
      await scoring.drain();
      await feed.close();
    }
  });
});

describe('what analysts see', () => {
  it('is the score beside the bid, and the reasons by name', async () => {
    await score();
    await house.project();
    const { rows } = await house.client.query(
      `SELECT b.fraud_score, s.score, s.reasons, s.is_flagged FROM silver.bids b JOIN silver.fraud_signals s USING (bid_id)`,
    );
    expect(rows.length).toBe((await recorded()).length);
    for (const { fraud_score, score: shown, reasons, is_flagged } of rows) {
      expect(fraud_score).toBe(shown);
      expect(is_flagged).toBe(shown > 0.5);
      expect(reasons.length).toBeLessThanOrEqual(3);
    }
  });

  it('names no secret: nothing of the scorer’s own is granted', async () => {
    const { rows } = await house.client.query(
      `SELECT grantee FROM information_schema.role_table_grants WHERE table_schema = 'fraud' AND grantee <> current_user`,
    );
    expect(rows).toEqual([]);
  });
});
