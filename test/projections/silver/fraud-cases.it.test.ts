// Which cases are due by the scores, what a decision mutes, the random sample, and that nothing which is told again, by a restart,
// a rescoring or a rebuild of Silver, opens a case anew. And what the commands print.
import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import pg from 'pg';
import { registerFraud } from '../../../src/cli/fraud.command.js';
import type { FraudCaseCommand } from '../../../src/domain/fraud/fraud-case.commands.js';
import type { FraudCaseEvent } from '../../../src/domain/fraud/fraud-case.events.js';
import { decide, evolve, type FraudCase, unopened } from '../../../src/domain/fraud/fraud-case.js';
import { type UserId, userId } from '../../../src/domain/ids.js';
import { caseStream, refusalsStream } from '../../../src/domain/messages.js';
import { Feed } from '../../../src/feed/feed.js';
import { inTransaction } from '../../../src/feed/session.js';
import { AlertWatch } from '../../../src/notify/alerts/alert-watch.js';
import { noteAllFlagged } from '../../../src/projections/fraud/fraud.rows.js';
import { FraudCaseQueries } from '../../../src/projections/silver/fraud-cases.queries.js';
import { CASES_DUE } from '../../../src/projections/silver/fraud-cases.sql.js';
import { rebuildSilver } from '../../../src/rebuild/silver-rebuild.js';
import { silentLog } from '../../../src/runtime/log.js';
import { silentMetrics } from '../../../src/runtime/metrics.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { caseOf, caseOpenerOf, sampleDrawerOf } from '../../../src/scheduler/case-opener.js';
import { scriptedBus } from '../../support/api.js';
import { olga, operator, house as theHouse } from '../../support/auction-story.js';
import { eventually } from '../../support/eventually.js';
import { ProjectedHouse } from '../../support/projected-house.js';
import { auctionNo, userNo } from '../chronicle.js';

const runtime = new SystemRuntime();
const isSampled = (id: string): boolean => hash('md5', id, 'hex').slice(0, 3) < '004';
const nobodySampled = [userNo(1), userNo(2), userNo(3), userNo(4)];
/** The first account of this form that the sample has, and that is nobody else. */
const sampled: UserId = userId(
  Array.from({ length: 20_000 }, (_, i) => `01900009-0000-7000-8000-${String(i).padStart(12, '0')}`).find(isSampled) ??
    '',
);
const [sue, ann, bob, cid] = nobodySampled as [UserId, UserId, UserId, UserId];

let house: ProjectedHouse;
let pool: pg.Pool;
let queries: FraudCaseQueries;
/** What was asked of cases since the last look, and what came of it. */
let asked: string[] = [];

beforeAll(async () => {
  house = await ProjectedHouse.open();
  pool = new pg.Pool({ ...house.database.config, max: 2 });
  queries = new FraudCaseQueries(pool);
  await house.told.register(sue, ann, bob, cid, sampled);
  for (let n = 1; n <= 9; n++) {
    await house.told.list(auctionNo(n));
    await house.told.bid(auctionNo(n), cid, 90_00n);
    for (const [i, bidder] of [ann, bob].entries())
      if (n % 3 !== i) await house.told.bid(auctionNo(n), bidder, 12_00n + BigInt(i) * 2_00n);
  }
  await house.told.bid(auctionNo(9), sampled, 30_00n);
  await house.project();
}, 60_000);
afterAll(async () => {
  await pool?.end();
  await house?.close();
});

/** Gives scores as a scorer would: these bidders are flagged in their first so many auctions. */
async function scored(flagged: ReadonlyMap<UserId, number>, model = 1): Promise<void> {
  await house.client.query('TRUNCATE fraud.model_scores');
  const { rows } = await house.client.query(
    'SELECT auction_id, bid_number, bidder_id FROM silver_private.bids ORDER BY 1, 2',
  );
  const seen = new Map<string, Set<string>>();
  for (const { auction_id, bid_number, bidder_id } of rows) {
    const auctions = seen.get(bidder_id) ?? new Set();
    seen.set(bidder_id, auctions.add(auction_id));
    const score = auctions.size <= (flagged.get(bidder_id) ?? 0) ? 0.75 : 0.25;
    await house.client.query(
      `INSERT INTO fraud.scores (auction_id, bid_number, seller_id, bidder_id, score, logit, factors, contributions,
         unusual_increment, snipe, model_version)
       VALUES ($1, $2, $3, $4, $5, 1, $6, $7, false, false, $8)`,
      [
        auction_id,
        bid_number,
        sue,
        bidder_id,
        score,
        ['smallSteps', 'concentration', 'losingToSeller', 'priceLift'],
        [4, 2.5, 1, 0.5],
        model,
      ],
    );
  }
  await inTransaction(house.client, () => noteAllFlagged(house.client, model));
}

const stateOf = async (command: FraudCaseCommand): Promise<FraudCase> => {
  const entries = await house.journal.readStream(caseStream(command.caseId), 0, 1_000);
  return entries.reduce<FraudCase>(
    (of, entry) => (entry.kind === 'event' ? evolve(of, entry.event as FraudCaseEvent) : of),
    unopened,
  );
};

/** Judges as the engine does, on what the journal has. */
async function take(command: FraudCaseCommand, actor: typeof operator): Promise<string> {
  const decision = decide(command, await stateOf(command), {
    at: house.told.now,
    actor,
    user: { status: 'unknown' },
  });
  if (!decision.accepted) return decision.rejection.reason;
  await house.told.record(caseStream(command.caseId), ...decision.events);
  return decision.events.map(({ type }) => type).join();
}

const bus = scriptedBus(async ({ command }) => {
  const became = await take(command as FraudCaseCommand, theHouse);
  asked.push(became);
  return {
    status: 'accepted',
    streamId: caseStream((command as FraudCaseCommand).caseId),
    revision: 0,
    events: [],
    repeated: false,
  };
});
const parts = { bus, runtime, log: silentLog, pollMs: 10 };

/** A round of an opener that remembers nothing, and then Silver. Returns what became of what it asked. */
async function round(): Promise<readonly string[]> {
  asked = [];
  await caseOpenerOf(queries, parts, 10).runDue();
  await sampleDrawerOf(queries, parts, 10).runDue();
  await house.project();
  return asked;
}

const decideAs = async (type: 'DismissFraudCase' | 'ConfirmFraudCase') => {
  expect(await take({ type, caseId: caseOf(sue), reason: 'looked at' }, operator)).toMatch(/^FraudCase/);
  await house.project();
};

describe('cases by scores', () => {
  it('open by a first flagged auction, and not before', async () => {
    await scored(new Map());
    expect(await round()).toEqual([]);
    await scored(new Map([[ann, 1]]));
    expect(await queries.casesDue(10)).toEqual([
      {
        sellerId: sue,
        modelVersion: 1,
        accounts: [
          {
            bidderId: ann,
            flaggedAuctions: 1,
            auctions: 6,
            concentration: 15,
            score: 0.75,
            reasons: ['smallSteps', 'concentration', 'losingToSeller'],
          },
        ],
        bonds: [],
      },
    ]);
    expect(await round()).toEqual(['FraudCaseOpened']);
  });

  it('are told of once, also by another process, after a restart, a rescoring and a rebuild of Silver', async () => {
    expect(await round()).toEqual([]);
    await scored(new Map([[ann, 1]]), 2);
    expect(await round()).toEqual([]);
    // Silver lags, or is made anew: it does not know the case, and the case knows itself.
    await house.client.query('TRUNCATE silver_private.fraud_cases CASCADE');
    await scored(new Map([[ann, 1]]), 2);
    expect(await queries.casesDue(10)).toHaveLength(1);
    asked = [];
    await caseOpenerOf(queries, parts, 10).runDue();
    expect(asked).toEqual(['FraudEvidenceNotGrown']);
    await house.client.query(
      "TRUNCATE silver_private.users, silver_private.listings CASCADE; DELETE FROM feed.checkpoints WHERE consumer = 'silver'",
    );
    await house.project();
    expect(await round()).toEqual([]);
    const events = await house.journal.readStream(caseStream(caseOf(sue)), 0, 100);
    expect(events.map(({ eventType }) => eventType)).toEqual(['FraudCaseOpened']);
  });

  it('looks at newly flagged scores alone: at none while there are none', async () => {
    const text = `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) ${CASES_DUE}`;
    const plan = async (): Promise<readonly boolean[]> => {
      const { rows } = await pool.query<[string]>({ text, values: [10, 50, 100], rowMode: 'array' });
      const scans = rows.map(([line]) => line).filter((line) => /Scan.* on (model_scores|listings) /.test(line));
      expect(scans.length).toBeGreaterThanOrEqual(3);
      return scans.map((scan) => !scan.includes('never executed'));
    };
    expect((await house.client.query('SELECT FROM fraud.flagged_sellers')).rowCount).toBe(0);
    expect((await house.client.query('SELECT FROM fraud.scores WHERE score > 0.5')).rowCount).toBeGreaterThan(0);
    expect(await plan()).not.toContain(true);
    await scored(new Map([[ann, 1]]), 2);
    expect(await plan()).toContain(true);
  });

  it('keep a seller on the list who is flagged again while the opener looks', async () => {
    await scored(new Map([[ann, 1]]), 2);
    const scorer = new pg.Client(house.database.config);
    await scorer.connect();
    try {
      await scorer.query('BEGIN');
      await noteAllFlagged(scorer, 2);
      const looking = queries.casesDue(10);
      await eventually('the opener to wait for the scorer', async () => {
        const waits = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%flagged_sellers%'";
        return (await house.client.query(waits)).rowCount === 1;
      });
      await scorer.query('COMMIT');
      expect(await looking).toEqual([]);
      expect((await house.client.query('SELECT FROM fraud.flagged_sellers')).rowCount).toBe(1);
    } finally {
      await scorer.end();
    }
    expect(await queries.casesDue(10)).toEqual([]);
    expect((await house.client.query('SELECT FROM fraud.flagged_sellers')).rowCount).toBe(0);
  });

  it('grow by an account, and tell how the two hang together', async () => {
    await scored(
      new Map([
        [ann, 2],
        [bob, 1],
      ]),
    );
    const [due] = await queries.casesDue(10);
    expect(due?.bonds).toEqual([{ first: ann, second: bob, together: 3, apart: 6 }]);
    expect(await round()).toEqual(['FraudCaseEvidenceGrown']);
    const found = await queries.fraudCase(caseOf(sue));
    expect(found?.named.map(({ bidderId, flaggedAuctions }) => [bidderId, flaggedAuctions])).toEqual([
      [ann, 2],
      [bob, 1],
    ]);
  });

  it('are muted by a dismissal until three more auctions, no matter who asks', async () => {
    await decideAs('DismissFraudCase');
    await scored(
      new Map([
        [ann, 4],
        [bob, 3],
      ]),
    );
    expect(await round()).toEqual([]);
    await scored(
      new Map([
        [ann, 5],
        [bob, 3],
      ]),
    );
    expect(await round()).toEqual(['FraudCaseOpened']);
    expect(await queries.fraudCase(caseOf(sue))).toMatchObject({ status: 'open', openings: 2, decisionReason: null });
    await decideAs('ConfirmFraudCase');
    expect(await round()).toEqual([]);
    const verdicts = (await queries.fraudCase(caseOf(sue)))?.named.map(({ bidderId, verdict }) => [bidderId, verdict]);
    expect(verdicts).toEqual([
      [ann, 'confirmed'],
      [bob, 'dismissed'],
    ]);
  });
});

describe('the sample', () => {
  it('has nobody while no auction of theirs is over, nor whom a score has flagged, nor who was not drawn', async () => {
    expect(nobodySampled.filter(isSampled)).toEqual([]);
    expect(await queries.samplesDue(10)).toEqual([]);
    house.told.now = (house.told.now + 3_600_000) as typeof house.told.now;
    await house.told.close(auctionNo(9));
    await house.project();
    await scored(
      new Map([
        [ann, 5],
        [bob, 3],
        [sampled, 1],
      ]),
    );
    expect(await queries.samplesDue(10)).toEqual([]);
    await scored(
      new Map([
        [ann, 5],
        [bob, 3],
      ]),
    );
    expect(await queries.samplesDue(10)).toEqual([
      expect.objectContaining({ bidderId: sampled, sellerId: sue, auctions: 1, score: 0.25 }),
    ]);
  });

  it('is drawn once, and tells what the scores have missed', async () => {
    expect(await queries.review()).toMatchObject({
      confirmed: 1,
      dismissed: 1,
      precision: 0.5,
      sampled: 0,
      recall: null,
    });
    expect(await round()).toEqual(['FraudSampleDrawn']);
    expect(await round()).toEqual([]);
    const [drawn] = (await queries.cases('open', { after: null, limit: 10 })).rows;
    expect(drawn).toMatchObject({ origin: 'sample', sellerId: sue, accounts: 1, flaggedAuctions: 0 });
    await take({ type: 'ConfirmFraudCase', caseId: drawn?.caseId ?? caseOf(sue), reason: 'missed' }, operator);
    await house.project();
    expect(await queries.review()).toEqual({
      confirmed: 1,
      dismissed: 1,
      precision: 0.5,
      sampled: 1,
      sampledDecided: 1,
      sampledConfirmed: 1,
      missedAbout: 1_024,
      recall: 1 / 1_025,
    });
  });
});

describe('gavel fraud', () => {
  const run = async (...words: string[]): Promise<readonly string[]> => {
    const lines: string[] = [];
    const program = new Command().exitOverride();
    registerFraud(program, {
      withStores: (work) => work({ database: house.database.config, journal: house.journal }),
      print: (line) => lines.push(line),
    });
    await program.parseAsync(['fraud', ...words], { from: 'user' });
    return lines;
  };

  it('lists cases, and how good scores have been', async () => {
    const lines = await run('cases');
    expect(lines).toHaveLength(3);
    expect(lines.join('\n')).toContain(`${caseOf(sue)} confirmed since`);
    expect(lines.at(-1)).toBe(
      '1 of 2 accounts confirmed (precision 0.50); about 1024 missed (recall 0.00), by the sample; sample: 1 of 1 decided',
    );
    expect(await run('cases', '--status', 'open')).toEqual(['no open cases', lines.at(-1)]);
    for (const line of await run('cases', '--json')) expect(JSON.parse(line)).toEqual(expect.any(Object));
  });

  it('shows one in words, and as JSON', async () => {
    const text = (await run('show', caseOf(sue).toUpperCase())).join('\n');
    expect(text).toContain(`${ann} confirmed: flagged in 5 of 6 auctions of this seller, score 0.750`);
    expect(text).toContain('    bids hardly more than the least that is taken');
    expect(text).toContain(`${ann} and ${bob}: 3 auctions together, 6 with only one of them`);
    expect(text).toMatch(new RegExp(`confirmed by ${olga}: looked at`));
    const [json = ''] = await run('show', caseOf(sue), '--json');
    expect(JSON.parse(json)).toMatchObject({ caseId: caseOf(sue), openedAt: expect.stringMatching(/Z$/) });
  });

  it('says what it does not know', async () => {
    await expect(run('show', 'nonsense')).rejects.toThrow('"nonsense" is not the id of a fraud case');
    await expect(run('show', caseOf(ann))).rejects.toThrow(`there is no fraud case ${caseOf(ann)}`);
  });
});

it('opens no case and raises no alert again after a rebuild of Silver and another scoring', async () => {
  const feed = new Feed({ journal: house.journal, runtime });
  const settings = { channels: ['log'], everyMs: 60_000, clearAfterMs: 60_000, escalateAfterMs: 3_600_000 };
  const around = { feed, runtime, log: silentLog, metrics: silentMetrics };
  const watch = new AlertWatch({ ...around, database: house.database.config, conditions: [], settings });
  const told = async () => (await house.client.query('SELECT kind, subject FROM ops.alerts ORDER BY kind')).rows;
  const again = { kind: 'fraud-case', subject: caseOf(sue) };
  const flagged = new Map([
    [ann, 5],
    [bob, 3],
    [cid, 1],
  ]);
  try {
    watch.start();
    const follower = "SELECT FROM ops.followers WHERE name = 'alerts'";
    await eventually('the follower to begin', async () => (await house.client.query(follower)).rowCount === 1);
    await scored(flagged);
    expect(await round()).toEqual(['FraudCaseOpened']);
    await eventually('the alert', async () => (await told()).length === 1);
    const rebuilding = {
      database: house.database.config,
      journal: house.journal,
      runtime,
      signal: new AbortController().signal,
    };
    const nobody = { phase: () => undefined, progress: () => undefined, notice: () => undefined };
    const options = { verifyOnly: false, acceptDifferences: false };
    expect((await rebuildSilver({ ...rebuilding, ...nobody }, options)).status).toBe('swapped');
    await scored(flagged, 2);
    expect(await round()).toEqual([]);
    // What is told after it has been told, so nothing came between.
    const flood = {
      type: 'FloodRejected',
      actorId: ann,
      count: 40,
      firstAt: house.told.now,
      lastAt: house.told.now,
    } as const;
    await house.told.record(refusalsStream(auctionNo(1)), flood);
    await eventually('the flood to be told', async () => (await told()).length > 1);
    expect(await told()).toEqual([{ kind: 'bidder-flood', subject: ann }, again]);
  } finally {
    await watch.drain();
    await feed.close();
  }
});
