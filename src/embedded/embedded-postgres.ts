// A real PostgreSQL server as a child of this process: initialised on first use, reachable on 127.0.0.1 only, durable.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, realpath, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../runtime/log.js';
import { settlesWithin } from '../runtime/settles-within.js';
import { SystemRuntime } from '../runtime/system.runtime.js';
import { hasCode } from '../runtime/system-error.js';
import { type Cluster, openCluster } from './cluster.js';
import { type Connection, HOUSE_DATABASE, prepareRoles } from './database-roles.js';
import { endWithUs } from './dependent-process.js';
import { EmbeddedError } from './embedded-error.js';
import { isFree, keepPort, keptPort } from './kept-port.js';
import { clearLeftovers } from './leftover-servers.js';
import { programsFor, within } from './postgres-programs.js';
import { type ServerSettings, serverSettings } from './server-settings.js';

export type { Connection } from './database-roles.js';

export type EmbeddedPostgres = Readonly<{
  /** As the house, which owns the database `gavel` and is no superuser. */
  connection: Connection;
  /** As superuser of the cluster, to the same database. No house uses it. */
  superuser: Connection;
  /** For whoever asks questions of Silver and Gold: a role that reads those and nothing else. */
  reader: Connection;
  /** For backups: a role with the right REPLICATION and no other. */
  backup: Connection;
  /** Numbers of the processes, for whoever measures or kills them. */
  pid: number;
  /** Disconnects every client, writes a checkpoint and waits for the server's end; idempotent. */
  stop(): Promise<void>;
}>;

export type EmbeddedPostgresOptions = Readonly<{
  /** Where the cluster lives, as `<GAVEL_DATA>/postgres`. Whoever calls holds the data directory (acquireDataDirectory). */
  dataDir: string;
  /** When absent, the one that the cluster had last; a free one is chosen at first. */
  port?: number;
  /** Settings of postgresql.conf that differ from ours (server-settings.ts). */
  settings?: ServerSettings;
  log: Log;
  /** Called once if the server ends without having been stopped; nothing can be stored after that. */
  onLost?: (error: EmbeddedError) => void;
}>;

const host = '127.0.0.1';

// Recovery after a crash replays up to max_wal_size of write-ahead log; minutes on a slow disk, seconds usually.
const startMaxMs = 300_000;
const sayEveryMs = 5_000;
const pollEveryMs = 10;
const stopMaxMs = 60_000;

/**
 * Starts the server and resolves when it takes connections. Whatever an earlier run left behind on `dataDir`, a running
 * server or half of an initialisation, is cleared away first. Refuses with an EmbeddedError of one line.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const cluster = await openCluster(options.dataDir, options.log);
  await clearLeftovers(await realpath(cluster.directory), options.log);
  const port = options.port ?? (await keptPort(options.dataDir, host, options.log));
  if (!(await isFree(port, host))) throw portTaken(port);
  const server = await spawnServer(cluster, port, options);
  const { superuser, house, reader, backup } = cluster;
  const place = { host, port, database: HOUSE_DATABASE };
  const connection: Connection = { ...place, ...house };
  try {
    await waitUntilReady(server, connection, options.log);
    await prepareRoles({ host, port, superuser, house, reader, backup, log: options.log });
    await keepPort(options.dataDir, port);
  } catch (error) {
    await server.stop();
    throw error;
  }
  server.watch(options.onLost);
  return {
    connection,
    superuser: { ...place, ...superuser },
    reader: { ...place, ...reader },
    backup: { ...place, ...backup },
    pid: server.pid,
    stop: server.stop,
  };
}

type Server = Readonly<{
  pid: number;
  hasEnded(): boolean;
  /** The end of what the server wrote in this run. */
  lastWords(): Promise<string>;
  watch(onLost: EmbeddedPostgresOptions['onLost']): void;
  stop(): Promise<void>;
}>;

async function spawnServer(cluster: Cluster, port: number, options: EmbeddedPostgresOptions): Promise<Server> {
  const { postgres } = await programsFor(cluster.serverUser);
  const { path, options: place } = within(cluster.directory, cluster.serverUser);
  const logFile = join(options.dataDir, 'server.log');
  // A file rather than a pipe: the server must not stumble over its log when this process is killed.
  if (await exists(logFile)) await rename(logFile, `${logFile}.1`);
  const output = await open(logFile, 'a', 0o600);
  const args = ['-D', path, ...serverSettings({ port, host, ...options.settings })];
  // A group of its own keeps the terminal's Ctrl-C from it: accepted bids are still being stored while Gavel drains.
  const child = spawn(postgres, args, { ...place, detached: true, stdio: ['ignore', output.fd, output.fd] });
  endWithUs(child, 'SIGINT');
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new EmbeddedError('StartFailed', `PostgreSQL could not be run from ${postgres}`, { cause });
  } finally {
    await output.close();
  }
  return watchedServer(child, logFile);
}

function watchedServer(child: ChildProcess, logFile: string): Server {
  const pid = child.pid ?? 0;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const lastWords = async () => (await readFile(logFile, 'utf8')).trim().split('\n').slice(-5).join(' | ');
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= shutDown(child, hasEnded);
    return stopping;
  };
  const watch: Server['watch'] = (onLost) => {
    const report = async () => {
      if (stopping !== undefined) return;
      const how = child.signalCode ?? `code ${child.exitCode}`;
      onLost?.(new EmbeddedError('ServerLost', `PostgreSQL (pid ${pid}) ended by ${how}: ${await lastWords()}`));
    };
    if (hasEnded()) void report();
    else child.once('exit', () => void report());
  };
  return { pid, hasEnded, lastWords, watch, stop };
}

async function shutDown(child: ChildProcess, hasEnded: () => boolean): Promise<void> {
  if (hasEnded()) return;
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  if (await settlesWithin(new SystemRuntime(), ended, stopMaxMs)) return;
  child.kill('SIGQUIT');
  if (await settlesWithin(new SystemRuntime(), ended, stopMaxMs)) return;
  throw new EmbeddedError('StopFailed', `waited ${(2 * stopMaxMs) / 1000} s for PostgreSQL (pid ${child.pid}) to stop`);
}

async function waitUntilReady(server: Server, connection: Connection, log: Log): Promise<void> {
  const startedAt = performance.now();
  let saidAt = startedAt;
  while (!(await takesConnections(connection))) {
    const now = performance.now();
    if (server.hasEnded()) throw startError(connection.port, await server.lastWords());
    if (now - startedAt > startMaxMs) {
      const words = await server.lastWords();
      throw new EmbeddedError(
        'StartFailed',
        `waited ${startMaxMs / 1000} s for PostgreSQL to take connections: ${words}`,
      );
    }
    if (now - saidAt > sayEveryMs) {
      log.info({ lastWords: await server.lastWords() }, 'waiting for PostgreSQL to take connections');
      saidAt = now;
    }
    await sleep(pollEveryMs);
  }
}

function startError(port: number, words: string): EmbeddedError {
  if (/could not bind|could not create any TCP\/IP sockets/.test(words)) return portTaken(port);
  return new EmbeddedError('StartFailed', `PostgreSQL did not start: ${words}`);
}

// 57P03 = the server is starting up or recovering; ECONNREFUSED = it does not listen yet.
const notYet = ['57P03', 'ECONNREFUSED', 'ECONNRESET'];
/** Class 28: it takes connections, and the house's role is still to be made (which looks like a wrong password) or mended. */
const notYetOurs = ['28P01', '28000'];

async function takesConnections(connection: Connection): Promise<boolean> {
  try {
    await withClient({ ...connection, database: 'postgres' }, async () => undefined);
    return true;
  } catch (error) {
    if (hasCode(error, ...notYet)) return false;
    if (hasCode(error, ...notYetOurs)) return true;
    throw error;
  }
}

async function withClient(connection: Connection, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(connection);
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end();
  }
}

function portTaken(port: number): EmbeddedError {
  return new EmbeddedError('PortTaken', `port ${port} on ${host}, wanted for PostgreSQL, is taken by another program`);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
