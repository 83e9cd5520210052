// A consumer's connection to PostgreSQL, and its transactions.
import pg from 'pg';
import type { Runtime } from '../runtime/runtime.js';
import type { Projection } from './projection.js';

const CONNECT_WITHIN_MS = 10_000;
const CLOSE_WITHIN_MS = 1_000;
// A statement of a batch takes milliseconds. One that takes this long waits for a lock or a dead disk.
const STATEMENT_WITHIN_MS = 120_000;
// A process that is paused inside a transaction holds the checkpoint's row lock. Another process gets the lock after this.
const IDLE_IN_TRANSACTION_MS = 15_000;

/** Connects, with the projection's schemas as search path. The caller ends it with `closeSession`. */
export async function openSession(
  database: pg.ClientConfig,
  { name, searchPath }: Pick<Projection, 'name' | 'searchPath'>,
): Promise<pg.Client> {
  const client = new pg.Client({
    ...database,
    application_name: `gavel ${name}`,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    statement_timeout: STATEMENT_WITHIN_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    // A batch's statements leave without waiting for each other.
    pipeline: true,
    options: `-c search_path=${searchPath.join(',')}`,
  });
  // A lost connection fails the query under way, or the next one; without a listener Node would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Ends a session; one that does not answer is left to its time-outs after a second. It never rejects. */
export async function closeSession(client: pg.Client, runtime: Runtime): Promise<void> {
  const waited = new AbortController();
  const ended = client.end().then(
    () => waited.abort(),
    () => waited.abort(),
  );
  await Promise.race([ended, runtime.sleep(CLOSE_WITHIN_MS, waited.signal)]);
}

/** Runs `work` in a transaction: committed when it resolves, rolled back when it rejects. */
export const inTransaction = <T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> =>
  toCommit(client, async () => {
    await client.query('BEGIN');
    return work();
  });

/**
 * Waits for statements of one transaction that were sent at once, and throws the first error in their order: a statement
 * that fails makes all behind it fail, and which of those errors comes up first is chance.
 */
export async function allInOrder(statements: readonly (Promise<unknown> | null)[]): Promise<void> {
  for (const result of await Promise.allSettled(statements)) if (result.status === 'rejected') throw result.reason;
}

/** The same for work that opens the transaction itself. */
export async function toCommit<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    // A connection that is too broken to roll back has no transaction any more; the first error is the one that counts.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
  const { command } = await client.query('COMMIT');
  // PostgreSQL answers a COMMIT of a failed transaction with a ROLLBACK and no error: somebody has swallowed one.
  if (command !== 'COMMIT') throw new Error('a transaction with a failed statement was to be committed');
  return result;
}
