// Whether commands can be taken: what /health/ready shows, part by part.
import type { Readiness } from '../api/api.deps.js';
import type { Consumer } from '../feed/consumer.js';
import type { Journal } from '../journal/journal.js';
import type { Runtime } from '../runtime/runtime.js';
import type { House } from './house.js';

/** A database that takes longer than this to tell its head is not ready. */
const ANSWER_WITHIN_MS = 2_000;

/** How journal and consumers are. A consumer that tries again is ready, for a while: commands do not wait for it. */
export async function readinessOf(
  { journal, consumers }: Pick<House, 'journal' | 'consumers'>,
  runtime: Runtime,
): Promise<Readonly<Record<string, Readiness>>> {
  return {
    journal: await readinessOfJournal(journal, runtime),
    silver: readinessOfConsumer(consumers.silver),
    closings: readinessOfConsumer(consumers.closings),
    ...(consumers.commands !== undefined && { commands: readinessOfConsumer(consumers.commands) }),
  };
}

/** Whether the journal tells its head in time, and takes appends as far as is known. */
export async function readinessOfJournal(
  journal: Pick<Journal, 'head' | 'printPosition' | 'unwritable'>,
  runtime: Runtime,
): Promise<Readiness> {
  const answered = new AbortController();
  const head = Promise.all([journal.head(), journal.unwritable()]).then(
    ([position, trouble]): Readiness => ({
      ready: trouble === null,
      detail: trouble ?? (position === null ? 'empty' : `at position ${journal.printPosition(position)}`),
    }),
    (): Readiness => ({ ready: false, detail: 'the database does not answer' }),
  );
  const late = runtime
    .sleep(ANSWER_WITHIN_MS, answered.signal)
    .then((): Readiness => ({ ready: false, detail: `no answer within ${ANSWER_WITHIN_MS} ms` }));
  const first = await Promise.race([head, late]);
  answered.abort();
  return first;
}

/** The problem itself stays in the log: it may speak of rows. */
export function readinessOfConsumer(consumer: Consumer): Readiness {
  const { state, parkedStreams, isStuck } = consumer.status();
  const parked = parkedStreams === 0 ? '' : `, ${parkedStreams} streams parked`;
  return {
    ready: state !== 'halted' && !isStuck,
    detail: isStuck ? `fails again and again${parked}` : `${state}${parked}`,
  };
}
