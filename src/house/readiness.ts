// Whether commands can be taken: what /health/ready shows, part by part.
import type { Readiness } from '../api/api.deps.js';
import type { Consumer } from '../feed/consumer.js';
import type { LeaderStatus } from '../feed/leader.js';
import type { Journal } from '../journal/journal.js';
import type { Archiver } from '../projections/bronze/archiver.js';
import type { Runtime } from '../runtime/runtime.js';

/** A database that takes longer than this to tell its head is not ready. */
const ANSWER_WITHIN_MS = 2_000;

/** Archivers that try again are ready: nothing waits for Bronze but its readers. */
export const readinessOfArchivers = (archivers: readonly Archiver[]): Readiness => ({
  ready: archivers.every((archiver) => archiver.status().state !== 'halted'),
  detail: statesOf(archivers),
});

/** The same in a house that takes bids: an archive that has halted is shown, and does not close the house. */
export const shownArchivers = (archivers: readonly Archiver[]): Readiness => ({
  ready: true,
  detail: statesOf(archivers),
});

const statesOf = (archivers: readonly Archiver[]): string =>
  [...new Set(archivers.map((archiver) => archiver.status().state))].join(', ');

/** The runs by the clock: shown, and never a reason to close a house. Null is switched off. */
export const readinessOfRuns = (runs: Readonly<{ state(): string }> | null): Readiness => ({
  ready: true,
  detail: runs === null ? 'off' : runs.state(),
});

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

/** How each consumer is, by its name. One that tries again is ready, for a while: commands do not wait for it. */
export const readinessOfConsumers = (
  consumers: Readonly<Record<string, Pick<Consumer, 'status'>>>,
): Readonly<Record<string, Readiness>> =>
  Object.fromEntries(Object.entries(consumers).map(([name, consumer]) => [name, readinessOfConsumer(consumer)]));

/** The problem itself stays in the log: it may speak of rows. */
export function readinessOfConsumer(consumer: Pick<Consumer, 'status'>): Readiness {
  const { state, parkedStreams, isStuck } = consumer.status();
  const parked = parkedStreams === 0 ? '' : `, ${parkedStreams} streams parked`;
  return {
    ready: state !== 'halted' && !isStuck,
    detail: isStuck ? `fails again and again${parked}` : `${state}${parked}`,
  };
}

/** A task that one process of several does: those that stand by are ready too. */
export function readinessOfTask(task: Readonly<{ status(): LeaderStatus }>): Readiness {
  const { state, isStuck } = task.status();
  return { ready: state !== 'halted' && !isStuck, detail: isStuck ? 'fails again and again' : state };
}
