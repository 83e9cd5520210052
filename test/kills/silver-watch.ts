// Silver's versions from behind the house's back: what there is of them, who is at work on them, and what holds them up.
// Read with SQL of its own: none of the code under test helps.
import pg from 'pg';
import { eventually } from '../support/eventually.js';

/** Everything that a rebuild can leave behind. Schemas are told apart by what never changes, the names they had at first. */
export type Remains = Readonly<{
  schemas: Readonly<Record<string, number>>;
  consumers: readonly string[];
  versions: readonly string[];
  relations: number;
}>;

const SCHEMAS = "SELECT nspname AS name, oid::int FROM pg_namespace WHERE nspname LIKE 'silver%' ORDER BY nspname";
const CONSUMERS = `
SELECT consumer AS name FROM feed.checkpoints WHERE consumer LIKE 'silver%'
UNION SELECT consumer || ' parks' FROM feed.parked_streams WHERE consumer LIKE 'silver%' ORDER BY 1`;
const VERSIONS = 'SELECT consumer AS name FROM feed.versions ORDER BY 1';
const RELATIONS = `
SELECT count(*)::int AS count FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname LIKE 'silver%' OR n.nspname LIKE 'pg\\_temp%'`;
const SESSIONS = `
SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name ~ '^gavel (rebuild|silver_(next|previous))$'`;
const IS_NEXT_UNDER_WAY = `
SELECT FROM feed.checkpoints n, feed.checkpoints s
 WHERE n.consumer = 'silver_next' AND s.consumer = 'silver' AND (n.position IS NULL OR n.position < s.position)`;
const WAITS = `
SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock' AND query LIKE '%' || $2 || '%'`;
const HEAD = 'SELECT max(position)::text AS position FROM journal.events';
const SILVER_IS_AT = "SELECT FROM feed.checkpoints WHERE consumer = 'silver' AND position >= $1";

/** Half of the time-out that would let go of the checkpoint by itself if nobody noticed that its owner is gone. */
const NOTICED_WITHIN_MS = 5_000;
const SILVER_WITHIN_MS = 30_000;

export class SilverWatch {
  private holder: pg.Client | null = null;

  private constructor(
    private readonly connection: pg.ClientConfig,
    private readonly client: pg.Client,
  ) {}

  static async open(connection: pg.ClientConfig): Promise<SilverWatch> {
    return new SilverWatch(connection, await connected(connection));
  }

  async close(): Promise<void> {
    await this.release();
    await this.client.end();
  }

  async remains(): Promise<Remains> {
    const rows = async (text: string) => (await this.client.query(text)).rows;
    const names = async (text: string) => (await rows(text)).map(({ name }) => name);
    return {
      schemas: Object.fromEntries((await rows(SCHEMAS)).map(({ name, oid }) => [name, oid])),
      consumers: await names(CONSUMERS),
      versions: await names(VERSIONS),
      relations: (await rows(RELATIONS))[0].count,
    };
  }

  /** There is a consumer of the next version, which has done less than the one in use. */
  isNextUnderWay(): Promise<boolean> {
    return this.holds(IS_NEXT_UNDER_WAY);
  }

  /** Somebody waits for a lock, with such a statement. */
  waits(application: string, statement: string): Promise<boolean> {
    return this.holds(WAITS, [application, statement]);
  }

  /** Keeps a transaction open that has done this, until `release`; and lets go of what was held so far. */
  async hold(statement: string): Promise<void> {
    const holder = await connected(this.connection);
    await holder.query(`BEGIN; ${statement}`);
    await this.release();
    this.holder = holder;
  }

  async release(): Promise<void> {
    await this.holder?.end();
    this.holder = null;
  }

  /** Resolves once PostgreSQL has noticed that whoever was at work on a version is gone. */
  async nobodyAtWork(): Promise<void> {
    const isNobody = async () => (await this.client.query(SESSIONS)).rows[0].count === 0;
    await eventually('the sessions of a rebuild that is gone to end', isNobody, NOTICED_WITHIN_MS);
  }

  /** Resolves once the version in use shows all that has happened by now. */
  async silverGoesOn(): Promise<void> {
    const { position } = (await this.client.query(HEAD)).rows[0];
    await eventually(
      `Silver to reach position ${position}`,
      () => this.holds(SILVER_IS_AT, [position]),
      SILVER_WITHIN_MS,
    );
  }

  private async holds(text: string, values: readonly string[] = []): Promise<boolean> {
    return (await this.client.query(text, [...values])).rowCount !== 0;
  }
}

async function connected(connection: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(connection);
  // Its PostgreSQL may be killed under it; whoever asks next is told.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
