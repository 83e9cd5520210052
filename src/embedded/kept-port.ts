// The port of our own PostgreSQL: chosen once for a data directory and kept over restarts, so that what people have pasted
// somewhere goes on working.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Log } from '../runtime/log.js';
import { hasCode } from '../runtime/system-error.js';
import { EmbeddedError } from './embedded-error.js';

// Below the ports that systems give to outgoing connections (Linux from 32768, others from 49152), above well-known ones.
const LOWEST = 20_000;
const HIGHEST = 32_000;
const ATTEMPTS_MAX = 50;

const fileIn = (dataDir: string): string => join(dataDir, 'port');

/** The port that the cluster under `dataDir` had last, or another one if it had none or a program has taken it since. */
export async function keptPort(dataDir: string, host: string, log: Log): Promise<number> {
  const kept = await readKept(dataDir);
  if (kept !== null && (await isFree(kept, host))) return kept;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!(await isFree(port, host))) continue;
    if (kept !== null)
      log.warn({ port, taken: kept }, 'PostgreSQL has another port: a program has taken the former one');
    return port;
  }
  throw new EmbeddedError(
    'PortTaken',
    `no port on ${host} between ${LOWEST} and ${HIGHEST} seems to be free for PostgreSQL: name one by GAVEL_POSTGRES_PORT`,
  );
}

/** Keeps the port that the cluster under `dataDir` listens on now. */
export async function keepPort(dataDir: string, port: number): Promise<void> {
  if ((await readKept(dataDir)) !== port) await writeFile(fileIn(dataDir), `${port}\n`, { mode: 0o600 });
}

/** Whether nobody listens on `port` of `host`. */
export async function isFree(port: number, host: string): Promise<boolean> {
  const probe = createServer();
  try {
    await once(probe.listen(port, host), 'listening');
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) return false;
    throw error;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}

async function readKept(dataDir: string): Promise<number | null> {
  try {
    const port = Number(await readFile(fileIn(dataDir), 'utf8'));
    return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : null;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
