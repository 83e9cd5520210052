// Who may do what on our own PostgreSQL. Whatever the house runs as `gavel`, which owns the house's database and nothing
// else; `gavel_admin` is the superuser, and only a start uses it (docs/adr/0056).
import pg from 'pg';
import type { Log } from '../runtime/log.js';
import { hasCode } from '../runtime/system-error.js';
import type { Credentials } from './cluster.js';

export type Connection = Readonly<{ host: string; port: number; user: string; password: string; database: string }>;

type Server = Readonly<{
  host: string;
  port: number;
  superuser: Credentials;
  house: Credentials;
  reader: Credentials;
  backup: Credentials;
  log: Log;
}>;

export const HOUSE_DATABASE = 'gavel';

const ANALYST = 'gavel_analyst';
/** Of an upgrade under way: a superuser cannot rename itself. */
const UPGRADING = 'gavel_upgrade';
const PASSWORD_WRONG = '28P01';

const OWNER = `
SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = '${HOUSE_DATABASE}'`;

// What belongs to a table (its indexes and sequences) goes with it.
const HAND_OVER = `
DO $$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    WITH schemas AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
    SELECT format('ALTER SCHEMA %I OWNER TO gavel', s.nspname)
    FROM pg_namespace s WHERE s.oid IN (SELECT oid FROM schemas) AND s.nspname <> 'public'
    UNION ALL
    SELECT format('ALTER %s %I.%I OWNER TO gavel', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, s.nspname, c.relname)
    FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm')
    UNION ALL
    SELECT format('ALTER SEQUENCE %I.%I OWNER TO gavel', s.nspname, c.relname)
    FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
    WHERE c.relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i'))
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO gavel', p.oid::regprocedure)
    FROM pg_proc p WHERE p.pronamespace IN (SELECT oid FROM schemas)
    UNION ALL
    SELECT format('ALTER TYPE %s OWNER TO gavel', t.oid::regtype)
    FROM pg_type t WHERE t.typnamespace IN (SELECT oid FROM schemas) AND t.typtype IN ('e', 'd', 'r')
  LOOP
    EXECUTE statement;
  END LOOP;
END
$$`;

/**
 * Makes both roles and the house's database as they must be. A data directory from when the house was a superuser is
 * upgraded: the superuser gets another name, and all that the house has made becomes its own. Idempotent, and to be done at
 * each start: what was interrupted is then finished.
 */
export async function prepareRoles(server: Server): Promise<void> {
  if (!(await canEnter(server, server.superuser))) await renameSuperuser(server);
  await as(server, server.superuser, 'postgres', async (client) => {
    await client.query(`DROP ROLE IF EXISTS ${UPGRADING}`);
    await makeHouseRole(client, server.house);
    await makeAnalystRole(client);
    await makeReaderRole(client, server.reader);
    await makeBackupRole(client, server.backup);
    const { rows } = await client.query<{ owner: string }>(OWNER);
    if (rows.length === 0) await client.query(`CREATE DATABASE ${HOUSE_DATABASE} OWNER ${server.house.user}`);
    else if (rows[0]?.owner !== server.house.user) await handOver(server, client);
  });
}

async function makeHouseRole(client: pg.Client, { user, password }: Credentials): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [user]);
  const rights = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(`${verb} ROLE ${user} ${rights} PASSWORD ${client.escapeLiteral(password)}`);
}

/** Whom the house grants what may be read of Silver (sql/silver). To make roles is no right of the house's. */
async function makeAnalystRole(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [ANALYST]);
  if (rowCount === 0) await client.query(`CREATE ROLE ${ANALYST} NOLOGIN`);
}

/** What a reader's session begins with. It may be set otherwise in the session; the grants are what keeps a reader out. */
const READER_SETTINGS = [
  'search_path = silver, gold',
  'default_transaction_read_only = on',
  "statement_timeout = '5min'",
  "idle_in_transaction_session_timeout = '5min'",
];
/** A few people and their tools; the house itself needs the rest of max_connections. */
const READER_CONNECTIONS_MAX = 10;

/** Who reads Silver and Gold, by what `gavel_analyst` is granted. */
async function makeReaderRole(client: pg.Client, { user, password }: Credentials): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [user]);
  const rights = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(
    `${verb} ROLE ${user} ${rights} CONNECTION LIMIT ${READER_CONNECTIONS_MAX} PASSWORD ${client.escapeLiteral(password)}`,
  );
  await client.query(`GRANT ${ANALYST} TO ${user}`);
  for (const setting of READER_SETTINGS) await client.query(`ALTER ROLE ${user} SET ${setting}`);
}

/** Who copies the cluster and follows its log: it sees all of it, and can change nothing. */
async function makeBackupRole(client: pg.Client, { user, password }: Credentials): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [user]);
  const rights = 'LOGIN REPLICATION NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS';
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(`${verb} ROLE ${user} ${rights} PASSWORD ${client.escapeLiteral(password)}`);
}

/** The database last: as long as it is not the house's, a start begins with this again. */
async function handOver(server: Server, client: pg.Client): Promise<void> {
  await as(server, server.superuser, HOUSE_DATABASE, (database) => database.query(HAND_OVER));
  await client.query(`ALTER DATABASE ${HOUSE_DATABASE} OWNER TO ${server.house.user}`);
  server.log.info({}, 'the database of the house belongs to a role that is no superuser from now on');
}

/** The superuser that an older Gavel made has the name, and so far the password, of the house. */
async function renameSuperuser(server: Server): Promise<void> {
  const { superuser, house } = server;
  const password = `PASSWORD ${pg.escapeLiteral(superuser.password)}`;
  await as(server, house, 'postgres', async (client) => {
    await client.query(`DROP ROLE IF EXISTS ${UPGRADING}`);
    await client.query(`CREATE ROLE ${UPGRADING} SUPERUSER LOGIN ${password}`);
  });
  await as(server, { user: UPGRADING, password: superuser.password }, 'postgres', async (client) => {
    await client.query('BEGIN');
    await client.query(`ALTER ROLE ${house.user} RENAME TO ${superuser.user}`);
    await client.query(`ALTER ROLE ${superuser.user} ${password}`);
    await client.query('COMMIT');
  });
}

async function canEnter(server: Server, who: Credentials): Promise<boolean> {
  try {
    await as(server, who, 'postgres', async () => undefined);
    return true;
  } catch (error) {
    if (hasCode(error, PASSWORD_WRONG)) return false;
    throw error;
  }
}

async function as(
  { host, port }: Server,
  { user, password }: Credentials,
  database: string,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client({ host, port, user, password, database });
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end();
  }
}
