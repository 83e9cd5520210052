import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { auctionStream } from '../../src/domain/messages.js';
import { Consumer } from '../../src/feed/consumer.js';
import { Feed } from '../../src/feed/feed.js';
import { closingsProjection } from '../../src/projections/closings/closings.projection.js';
import { silverProjection } from '../../src/projections/silver/silver.projection.js';
import { SilverQueries } from '../../src/projections/silver/silver.queries.js';
import { clearAbandoned } from '../../src/rebuild/rebuild-session.js';
import {
  dropPreviousSilver,
  type RebuildParts,
  type RebuildPhase,
  rebuildSilver,
  rollBackSilver,
} from '../../src/rebuild/silver-rebuild.js';
import { silentLog } from '../../src/runtime/log.js';
import { silentMetrics } from '../../src/runtime/metrics.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { auctionNo, userNo } from '../projections/chronicle.js';
import { eventually } from '../support/eventually.js';
import { ProjectedHouse } from '../support/projected-house.js';

const runtime = new SystemRuntime();
const [sue, ann, bob] = [userNo(1), userNo(2), userNo(3)] as const;
const [clock, vase, lamp] = [auctionNo(1), auctionNo(2), auctionNo(3)] as const;

let house: ProjectedHouse;
beforeEach(async () => {
  house = await ProjectedHouse.open();
  const { told } = house;
  await told.register(sue, ann, bob);
  for (const id of [clock, vase]) await told.list(id);
  await told.list(lamp, {}, 600_000);
  await bidUp(8);
  await told.bid(clock, ann, 1n);
  await told.close(lamp);
  await house.project();
});
afterEach(() => house.close());

async function bidUp(rounds: number, from = 20_00n): Promise<void> {
  for (let i = 0n; i < BigInt(rounds); i++)
    for (const id of [clock, vase]) await house.told.bid(id, i % 2n === 0n ? ann : bob, from + i * 10_00n);
}

type Told = { phases: RebuildPhase[]; notices: string[] };
const told = (): Told => ({ phases: [], notices: [] });

function parts(changed: Partial<RebuildParts> = {}, heard = told()): RebuildParts {
  return {
    database: house.database.config,
    journal: house.journal,
    runtime,
    signal: new AbortController().signal,
    phase: (phase) => heard.phases.push(phase),
    progress: () => undefined,
    notice: (sentence) => heard.notices.push(sentence),
    ...changed,
  };
}

const rebuild = (changed: Partial<RebuildParts> = {}, options = {}) =>
  rebuildSilver(parts(changed), { verifyOnly: false, acceptDifferences: false, ...options });

const one = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
  (await house.client.query<Row>(text, values)).rows;

const schemas = async () =>
  (await one<{ nspname: string }>("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'silver%' ORDER BY 1")).map(
    ({ nspname }) => nspname,
  );
const consumers = async () =>
  (await one<{ consumer: string }>('SELECT consumer FROM feed.checkpoints ORDER BY 1')).map(({ consumer }) => consumer);
const structure = async () =>
  one(
    `SELECT * FROM feed.structure_of('silver', '{}') UNION ALL SELECT * FROM feed.structure_of('silver_private', '{}') ORDER BY 1, 2`,
  );
const bidsIn = async (schema = 'silver') =>
  one<{ bid_id: string; is_winning: boolean }>(`SELECT bid_id, bid_amount, is_winning FROM ${schema}.bids ORDER BY 1`);

async function expectVerified(): Promise<void> {
  const { lines, failed } = await house.run(['verify']);
  expect({ failed, lines: failed ? lines : [] }).toEqual({ failed: false, lines: [] });
}

const END_REBUILD =
  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gavel rebuild' AND datname = current_database()";
const SWAP_WAITS = `
SELECT FROM pg_stat_activity WHERE application_name = 'gavel rebuild' AND datname = current_database()
  AND wait_event_type = 'Lock' AND query LIKE '%pg_advisory_xact_lock_shared%'`;
const END_AT_COMMIT = `
CREATE FUNCTION feed.end_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_terminate_backend(pg_backend_pid());
  PERFORM pg_sleep(1);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER end_session AFTER INSERT OR UPDATE ON feed.versions DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION feed.end_session()`;

const REFUSE_AT_COMMIT = END_AT_COMMIT.replace('PERFORM pg_terminate_backend(pg_backend_pid())', "RAISE 'not today'");

const UNTOUCHED = { schemas: ['silver', 'silver_private'], consumers: ['closings', 'silver'], versions: [] };
const left = async () => ({
  schemas: await schemas(),
  consumers: await consumers(),
  versions: await one('SELECT consumer FROM feed.versions'),
});

describe('a rebuild of Silver', () => {
  it('swaps in a version with the same rows, indexes, grants and comments, and keeps the old one', async () => {
    const [before, made] = [await bidsIn(), await structure()];
    const heard = told();
    const rebuilt = await rebuildSilver(parts({}, heard), { verifyOnly: false, acceptDifferences: false });
    const head = house.journal.printPosition((await house.journal.head())!);
    expect(rebuilt).toEqual({
      status: 'swapped',
      comparison: { at: [head], rows: [], structure: [], parkedStreams: 0 },
      swappedAt: [head],
    });
    expect(heard).toEqual({ phases: ['building', 'comparing', 'swapping'], notices: [] });
    expect(await bidsIn()).toEqual(before);
    expect(before).toHaveLength(16);
    expect(await structure()).toEqual(made);
    expect(await left()).toEqual({
      schemas: ['silver', 'silver_previous', 'silver_private', 'silver_private_previous'],
      consumers: ['closings', 'silver', 'silver_previous'],
      versions: [{ consumer: 'silver_previous' }],
    });
    const analyzed = "SELECT reltuples FROM pg_class WHERE oid = 'silver_private.bids'::regclass";
    expect(await one(analyzed)).toEqual([{ reltuples: 16 }]);
    await expectVerified();
  });

  it('raises the generation, so that a running consumer takes up the new version', async () => {
    const generation = () => one("SELECT generation::int FROM feed.checkpoints WHERE consumer = 'silver'");
    expect(await generation()).toEqual([{ generation: 0 }]);
    await rebuild();
    expect(await generation()).toEqual([{ generation: 1 }]);
  });

  it('can be done again and again; only the last version before is kept', async () => {
    const oid = async (schema: string) =>
      one<{ oid: number }>('SELECT oid FROM pg_namespace WHERE nspname = $1', [schema]);
    await rebuild();
    const second = await oid('silver');
    await rebuild();
    expect(await oid('silver_previous')).toEqual(second);
    expect(await consumers()).toEqual(['closings', 'silver', 'silver_previous']);
    await expectVerified();
  });

  it('refuses to swap where rows differ, tells their keys and no values, and leaves nothing behind', async () => {
    await house.client.query('UPDATE silver_private.bids SET maximum = maximum + 4242 WHERE bid_number = 3');
    await house.client.query('DELETE FROM silver_private.refused_bids');
    const { status, comparison } = await rebuild();
    expect(status).toBe('differs');
    expect(comparison.rows).toEqual([
      { table: 'bids', differences: '2', keys: [`${clock}-3`, `${vase}-3`] },
      { table: 'refused_bids', differences: '1', keys: [`${clock}-0`] },
    ]);
    expect(await left()).toEqual(UNTOUCHED);
  });

  it('swaps all the same when told to, which mends a version that was wrong', async () => {
    await house.client.query('UPDATE silver_private.bids SET bid_amount = 1 WHERE bid_number = 3');
    expect((await house.run(['verify'])).failed).toBe(true);
    expect((await rebuild({}, { acceptDifferences: true })).status).toBe('swapped');
    await expectVerified();
  });

  it('with --verify-only compares and keeps nothing', async () => {
    expect((await rebuild({}, { verifyOnly: true })).status).toBe('verified');
    expect(await left()).toEqual(UNTOUCHED);
  });

  it('takes over the grants that people gave and took back since', async () => {
    const role = `reader_${process.pid}`;
    await house.client.query(`CREATE ROLE ${role}`);
    try {
      await house.client.query(`
        GRANT USAGE ON SCHEMA silver TO ${role};
        GRANT SELECT ON silver.auctions TO ${role};
        GRANT SELECT (user_id) ON silver_private.users TO ${role};
        REVOKE SELECT ON silver.users FROM gavel_analyst`);
      const made = await structure();
      expect((await rebuild()).comparison.structure).toEqual([]);
      expect(await structure()).toEqual(made);
      const may = `SELECT has_table_privilege($1, 'silver.auctions', 'SELECT') AS auctions,
        has_table_privilege('gavel_analyst', 'silver.users', 'SELECT') AS users,
        has_table_privilege('gavel_analyst', 'silver.bids', 'SELECT') AS bids`;
      expect(await one(may, [role])).toEqual([{ auctions: true, users: false, bids: true }]);
    } finally {
      await house.client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  it('does not lose an index that somebody made by hand without a word', async () => {
    await house.client.query('CREATE INDEX by_hand ON silver_private.bids (placed_at)');
    const { status, comparison } = await rebuild();
    expect(status).toBe('differs');
    expect(comparison.structure).toEqual([
      {
        side: '-',
        schema: 'silver_private',
        object: 'bids',
        detail: 'index CREATE INDEX by_hand ON silver_private.bids USING btree (placed_at)',
      },
    ]);
  });

  it('refuses while a view elsewhere would go on reading the old version', async () => {
    await house.client.query('CREATE VIEW public.dear AS SELECT * FROM silver.bids WHERE bid_amount > 1');
    await expect(rebuild()).rejects.toThrow(/^public\.dear would go on reading the old version/);
    expect(await left()).toEqual(UNTOUCHED);
  });

  it('parks what it cannot apply as a consumer does, and says so', async () => {
    await house.client.query('DELETE FROM feed.parked_streams');
    const { told, client } = house;
    // An auction that was never listed cannot be extended.
    await told.record(auctionStream(auctionNo(9)), {
      type: 'ClosingExtended',
      cause: 'Outage',
      previousClosesAt: told.now,
      closesAt: told.now,
      extensions: 0,
      bidNumber: null,
      extendedAt: told.now,
    });
    await house.project();
    const parkedBy = () => client.query('SELECT consumer FROM feed.parked_streams ORDER BY 1');
    expect((await parkedBy()).rows).toEqual([{ consumer: 'silver' }]);
    const { status, comparison } = await rebuild();
    expect({ status, parked: comparison.parkedStreams }).toEqual({ status: 'swapped', parked: 1 });
    expect((await parkedBy()).rows).toEqual([{ consumer: 'silver' }, { consumer: 'silver_previous' }]);
    // The one that is not in use is nobody's business until it is.
    expect((await house.run(['dlq', 'list', '--json'])).lines).toHaveLength(1);
  });

  it('is one at a time: a second one is refused with one sentence', async () => {
    const first = new pg.Client(house.database.config);
    await first.connect();
    try {
      await first.query('SELECT pg_advisory_lock(4720502)');
      const sentence = 'a gavel rebuild or gavel verify is under way: wait for its end, or cancel it';
      await expect(rebuild()).rejects.toThrow(sentence);
      await expect(house.run(['verify'])).rejects.toThrow(sentence);
    } finally {
      await first.end();
    }
  });

  it.each<RebuildPhase>(['building', 'comparing', 'swapping'])(
    'cancelled while %s leaves nothing behind',
    async (phase) => {
      const cancelled = new AbortController();
      const rebuilding = rebuild({
        signal: cancelled.signal,
        phase: (begun) => {
          if (begun === phase) cancelled.abort();
        },
      });
      await expect(rebuilding).rejects.toThrow(
        'cancelled: the version in use was not touched, and nothing is left behind',
      );
      expect(await left()).toEqual(UNTOUCHED);
      expect((await rebuild()).status).toBe('swapped');
    },
  );

  it('that lost its connection is cleared away by the next start', async () => {
    const rebuilding = rebuild({
      phase: (begun) => {
        if (begun === 'comparing') void house.client.query(END_REBUILD);
      },
    });
    await expect(rebuilding).rejects.toThrow(/^the connection to the database was lost: nothing was swapped/);
    expect(await schemas()).toContain('silver_next');
    expect(await clearAbandoned(house.database.config, runtime)).toBe(true);
    expect(await left()).toEqual(UNTOUCHED);
    expect(await clearAbandoned(house.database.config, runtime)).toBe(false);
  });

  it.each([
    ['between two queries', /^the connection to the database was lost: nothing was swapped/, END_REBUILD, true],
    [
      'in the COMMIT of its swap',
      /^the connection to the database was lost while the swap was being committed: gavel verify tells/,
      END_AT_COMMIT,
      true,
    ],
    [
      'by a no to its COMMIT',
      /^PostgreSQL refused to commit the swap: nothing was swapped \(not today\)$/,
      REFUSE_AT_COMMIT,
      false,
    ],
  ])('that is ended %s says what it knows', async (_when, sentence, statement, leavesSomething) => {
    const migrating = new pg.Client(house.database.config);
    await migrating.connect();
    try {
      // A swap asks first that nobody migrates meanwhile; so did the making of the new version, which is over by then.
      const phase = (begun: RebuildPhase) => {
        if (begun === 'comparing') void migrating.query('SELECT pg_advisory_lock(4720501)');
      };
      const refused = expect(rebuild({ phase })).rejects.toThrow(sentence);
      await eventually('the swap to wait', async () => (await one(SWAP_WAITS)).length > 0);
      await house.client.query(statement);
      await migrating.end();
      await refused;
    } finally {
      await migrating.end();
      await house.client.query('DROP FUNCTION IF EXISTS feed.end_session() CASCADE');
    }
    expect(await clearAbandoned(house.database.config, runtime)).toBe(leavesSomething);
    expect(await left()).toEqual(UNTOUCHED);
  });
});

describe('a rebuild with every query and the consumer going on', () => {
  it('shows every reader every bid once, at all times', async () => {
    const feed = new Feed({ journal: house.journal, runtime });
    const following = { feed, database: house.database.config, runtime, log: silentLog, metrics: silentMetrics };
    const live = new Consumer({ ...following, projection: silverProjection() });
    live.start();
    const pool = new pg.Pool({ ...house.database.config, max: 4 });
    const queries = new SilverQueries(pool);
    const seen = [0n, 0n, 0n, 0n];
    let asked = 0;
    const stop = new AbortController();
    const reading = seen.map(async (_, reader) => {
      while (!stop.signal.aborted) {
        const before = seen[reader] ?? 0n;
        const revision = (await queries.auction(clock))?.revision ?? -1n;
        // What a reader has seen it never sees undone.
        expect(revision < before ? { before, revision } : null).toBeNull();
        seen[reader] = revision;
        await queries.ownBids(ann, { after: null, limit: 50 });
        await queries.bids(vase, { after: null, limit: 50 });
        asked += 1;
        await runtime.sleep(1);
      }
    });
    const bidding = (async () => {
      for (let i = 0n; !stop.signal.aborted; i++) {
        await house.told.bid(clock, i % 2n === 0n ? ann : bob, 1000_00n + i * 100_00n);
        await runtime.yield();
      }
    })();
    try {
      for (let i = 0; i < 3; i++) expect((await rebuild()).status).toBe('swapped');
      await rollBackSilver(parts());
      await rollBackSilver(parts());
      await eventually('some bids', () => seen.every((revision) => revision > 50n), 30_000);
    } finally {
      stop.abort();
      await Promise.all([...reading, bidding]);
      const head = await house.journal.head();
      await eventually('Silver at the head', () => house.journal.comparePositions(live.status().position, head) >= 0);
      await live.drain();
      await feed.close();
      await pool.end();
    }
    await house.project([closingsProjection()]);
    expect(asked).toBeGreaterThan(20);
    await expectVerified();
  });
});

describe('a consumer in two slices', () => {
  it('is rebuilt in two slices', async () => {
    await house.client.query(
      "DELETE FROM feed.checkpoints WHERE consumer = 'silver'; TRUNCATE silver_private.users, silver_private.listings, silver_private.bids, silver_private.refused_bids CASCADE",
    );
    const feed = new Feed({ journal: house.journal, runtime });
    const following = { feed, database: house.database.config, runtime, log: silentLog, metrics: silentMetrics };
    const head = await house.journal.head();
    for (const index of [0, 1]) {
      const consumer = new Consumer({ ...following, projection: silverProjection(), slice: { index, count: 2 } });
      consumer.start();
      await eventually('the slice', () => house.journal.comparePositions(consumer.status().position, head) >= 0);
      await consumer.drain();
    }
    await feed.close();
    expect((await rebuild()).status).toBe('swapped');
    expect(await one("SELECT slice, slices FROM feed.checkpoints WHERE consumer = 'silver' ORDER BY 1")).toEqual([
      { slice: 0, slices: 2 },
      { slice: 1, slices: 2 },
    ]);
    await expectVerified();
  });
});

describe('a rollback', () => {
  it('goes on from the old version’s own checkpoint: what came since is applied to it, once', async () => {
    await rebuild();
    await bidUp(12, 500_00n);
    await house.project();
    const [now, then] = [await bidsIn(), await bidsIn('silver_previous')];
    expect([now.length, then.length]).toEqual([40, 16]);
    const at = await rollBackSilver(parts());
    expect(at).toEqual([house.journal.printPosition((await house.journal.head())!)]);
    expect(await bidsIn()).toEqual(now);
    await expectVerified();
    // And forth again, by the same word.
    await bidUp(2, 1_000_00n);
    await house.project();
    await rollBackSilver(parts());
    expect(await bidsIn()).toHaveLength(44);
    await expectVerified();
  });

  it('is refused where there is nothing to go back to', async () => {
    await expect(rollBackSilver(parts())).rejects.toThrow('there is no previous version of Silver to go back to');
    await rebuild();
    expect(await dropPreviousSilver(parts())).toBe(true);
    expect(await dropPreviousSilver(parts())).toBe(false);
    await expect(rollBackSilver(parts())).rejects.toThrow('there is no previous version of Silver to go back to');
    expect(await left()).toEqual(UNTOUCHED);
  });

  it('may be gone or not where the connection is lost as it is dropped', async () => {
    await rebuild();
    await house.client.query(END_AT_COMMIT.replace('INSERT OR UPDATE', 'DELETE'));
    await expect(dropPreviousSilver(parts())).rejects.toThrow(
      'the connection to the database was lost: the version kept for a rollback may be gone or not; the same command again settles it',
    );
    await house.client.query('DROP FUNCTION feed.end_session() CASCADE');
    expect(await dropPreviousSilver(parts())).toBe(true);
  });

  it('is refused after a migration that the old version has not had', async () => {
    await rebuild();
    await house.client.query("INSERT INTO public.gavel_migrations (name, hash) VALUES ('silver/9999_later.sql', 'x')");
    await expect(rollBackSilver(parts())).rejects.toThrow(/^Silver has had a migration since that version was made/);
    await expect(rebuild()).rejects.toThrow(/^the tables of silver are not those of this version of Gavel/);
  });
});

it('finds a primary key on every table, by which versions are compared', async () => {
  const without = `SELECT relname FROM pg_class c WHERE relnamespace = 'silver_private'::regnamespace AND relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)`;
  expect(await one(without)).toEqual([]);
});
