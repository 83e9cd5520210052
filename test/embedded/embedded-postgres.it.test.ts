import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  type Connection,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../../src/embedded/embedded-postgres.js';
import { silentLog } from '../../src/runtime/log.js';
import { eventually } from '../support/eventually.js';
import { scratchDirectory } from '../support/scratch.js';
import { killProcesses, runTypescript } from '../support/typescript-process.js';

let scratch: ReturnType<typeof scratchDirectory>;
let dataDir: string;
let started: EmbeddedPostgres[];

beforeEach(() => {
  scratch = scratchDirectory('embedded');
  dataDir = join(scratch.path, 'postgres');
  started = [];
});
afterEach(async () => {
  await killProcesses();
  for (const postgres of started) await postgres.stop();
  scratch.remove();
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const settings = { shared_buffers: '16MB' };
  const postgres = await startEmbeddedPostgres({ dataDir, settings, log: silentLog, ...options });
  started.push(postgres);
  return postgres;
}

async function query(connection: Connection, sql: string): Promise<unknown[][]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return rows;
  } finally {
    await client.end();
  }
}

/** A process like Gavel's, which starts the server, tells where it is, and waits to be killed. */
async function otherProcess() {
  const module = JSON.stringify(join(process.cwd(), 'src/embedded/embedded-postgres.ts'));
  const { printed } = await runTypescript(`
    const { startEmbeddedPostgres } = await import(${module});
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const { connection, pid } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log });
    console.log(JSON.stringify({ connection, pid }));
    setInterval(() => undefined, 1000);
  `);
  const { connection, pid }: { connection: Connection; pid: number } = JSON.parse(printed);
  return { connection, pid };
}

const isRunning = (pid: number) => existsSync(`/proc/${pid}/exe`);

describe('a new cluster', () => {
  it('is durable, listens on 127.0.0.1 only, and sorts text by code point', async () => {
    const { superuser } = await start();
    const [row] = await query(
      superuser,
      `SELECT current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'),
              current_setting('listen_addresses'), current_setting('unix_socket_directories'),
              current_setting('server_encoding'), 'Z' < 'a' AND 'z' < 'ä'`,
    );
    expect(row).toEqual(['on', 'on', 'on', '127.0.0.1', '', 'UTF8', true]);
  });

  it('lets nobody in without the password, which only the owner can read', async () => {
    const { connection } = await start();
    const wrong = { ...connection, password: 'wrong' };
    await expect(query(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  it('never writes a failing statement or its values to the server log', async () => {
    const { connection } = await start();
    await query(connection, 'CREATE TABLE secret (id int PRIMARY KEY)');
    await query(connection, 'INSERT INTO secret VALUES (424242)');
    await expect(query(connection, 'INSERT INTO secret VALUES (424242)')).rejects.toMatchObject({ code: '23505' });
    const log = readFileSync(join(dataDir, 'server.log'), 'utf8');
    expect(log).toContain('duplicate key');
    expect(log).not.toContain('424242');
  });

  it('is made again when its making was interrupted', async () => {
    mkdirSync(`${dataDir}.unfinished/data`, { recursive: true });
    writeFileSync(`${dataDir}.unfinished/data/PG_VERSION`, '18\n');
    const { connection } = await start();
    expect(await query(connection, 'SELECT 1')).toEqual([[1]]);
    expect(readdirSync(scratch.path)).toEqual(['postgres']);
  });
});

describe('a restart', () => {
  it('keeps what was committed', async () => {
    const first = await start();
    await query(first.connection, 'CREATE TABLE kept AS SELECT 7 AS n');
    await first.stop();
    expect(isRunning(first.pid)).toBe(false);
    const second = await start();
    expect(await query(second.connection, 'SELECT n FROM kept')).toEqual([[7]]);
  });

  it('stops the server that a killed process left running, and keeps its data', async () => {
    const other = await otherProcess();
    await query(other.connection, 'CREATE TABLE kept AS SELECT 8 AS n');
    await killProcesses();
    expect(isRunning(other.pid)).toBe(true);
    const { connection } = await start();
    expect(isRunning(other.pid)).toBe(false);
    expect(await query(connection, 'SELECT n FROM kept')).toEqual([[8]]);
  });

  it('recovers what was committed when both were killed', async () => {
    const other = await otherProcess();
    await query(other.connection, 'CREATE TABLE kept AS SELECT 9 AS n');
    await killProcesses();
    process.kill(other.pid, 'SIGKILL');
    const { connection } = await start();
    expect(await query(connection, 'SELECT n FROM kept')).toEqual([[9]]);
  });

  it("is not held up by a pid file whose number is a stranger's now, and leaves the stranger alone", async () => {
    const first = await start();
    await first.stop();
    const stranger = spawn('sleep', ['60']);
    writeFileSync(join(dataDir, 'data', 'postmaster.pid'), `${stranger.pid}\n/proc/self/cwd\n1700000000\n5432\n`);
    const { connection } = await start();
    expect(await query(connection, 'SELECT 1')).toEqual([[1]]);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
  });

  it('refuses the cluster of another major version in one line', async () => {
    mkdirSync(join(dataDir, 'data'), { recursive: true });
    writeFileSync(join(dataDir, 'data', 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toMatchObject({
      code: 'VersionMismatch',
      message: expect.not.stringContaining('\n'),
    });
  });
});

it('takes the wanted port, and refuses a taken one in one line that names it', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const address = blocker.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  await expect(start({ port })).rejects.toMatchObject({
    code: 'PortTaken',
    message: `port ${port} on 127.0.0.1, wanted for PostgreSQL, is taken by another program`,
  });
  blocker.close();
  await once(blocker, 'close');
  expect((await start({ port })).connection.port).toBe(port);
});

it('reports a setting that PostgreSQL refuses with its own words', async () => {
  await expect(start({ settings: { shared_buffers: 'plenty' } })).rejects.toMatchObject({
    code: 'StartFailed',
    message: expect.stringContaining('shared_buffers'),
  });
});

it('tells when the server ends by itself, and not when it was stopped', async () => {
  const lost: string[] = [];
  const onLost = (error: Error) => lost.push(error.message);
  const stopped = await start({ onLost });
  await stopped.stop();
  expect(lost).toEqual([]);
  const killed = await start({ onLost });
  process.kill(killed.pid, 'SIGKILL');
  await eventually('the news that PostgreSQL is lost', () => lost.length > 0);
  expect(lost).toEqual([expect.stringContaining(`PostgreSQL (pid ${killed.pid}) ended by SIGKILL`)]);
});
