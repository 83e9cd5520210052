// Bronze of the configured house: its object store, and who writes to it.
import { join } from 'node:path';
import type pg from 'pg';
import type { Config } from '../config.js';
import type { Journal } from '../journal/journal.js';
import type { JournalExport } from '../journal/journal-export.js';
import { PagedExport } from '../journal/paged.export.js';
import { PostgresExport } from '../journal/postgres/postgres.export.js';
import type { ObjectStore } from '../lake/object-store.js';
import { openStore } from '../lake/open-store.js';
import { witnessKey } from '../personal-data/witness-key.js';
import { Archiver } from '../projections/bronze/archiver.js';
import { type ArchiveStep, EventsArchiver } from '../projections/bronze/events.archiver.js';
import { Witnesses } from '../projections/bronze/witness.js';
import type { Log } from '../runtime/log.js';
import type { Metrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';

export type BronzeConfig = Pick<Config, 'lake' | 'bronze' | 'journal' | 'dataDirectory'>;

export type BronzeParts = Readonly<{
  config: BronzeConfig;
  journal: Journal;
  postgres: pg.ClientConfig;
  runtime: Runtime;
}>;

export const MEMORY_LIMIT = '1GB';

/** Where the journal's rows are copied from: the database itself where it holds them. */
export const exportOf = ({ config, journal, postgres }: BronzeParts): JournalExport =>
  config.journal.store === 'postgres' ? new PostgresExport(postgres) : new PagedExport(journal);

/** The archiver of journal events, for whoever says when. */
export const eventsArchiverOf = (
  parts: BronzeParts,
  store: ObjectStore,
  threads: number,
  onStep?: (step: ArchiveStep) => void,
): EventsArchiver =>
  new EventsArchiver({
    journal: parts.journal,
    exported: exportOf(parts),
    store,
    runtime: parts.runtime,
    directory: scratchOf(parts.config),
    duck: { threads, memoryLimit: MEMORY_LIMIT },
    lockMs: parts.config.bronze.lockMs,
    ...(onStep !== undefined && { onStep }),
  });

/** The signed heads of the house's chains. */
export const witnessesOf = async ({ bronze, dataDirectory }: BronzeConfig): Promise<Witnesses> =>
  new Witnesses(bronze.witnessDirectory, await witnessKey(dataDirectory));

/** Where files of Bronze are made; whoever works there has a directory of its own in it. */
export const scratchOf = ({ dataDirectory }: BronzeConfig): string => join(dataDirectory, 'bronze');

/** An archiver at work beside a house. It leaves the processors to whoever judges bids, but for one. */
export async function startArchiver(
  parts: BronzeParts & Readonly<{ log: Log; metrics: Metrics }>,
): Promise<Readonly<{ archiver: Archiver; drain(): Promise<void> }>> {
  const { config, postgres, runtime, log, metrics } = parts;
  const store = await openStore(config.lake, runtime);
  const archiver = new Archiver({
    events: eventsArchiverOf(parts, store, 1),
    database: postgres,
    runtime,
    log,
    settings: config.bronze,
    witnesses: await witnessesOf(config),
    archived: ({ part, rows, last }, ms) => {
      metrics.projected({ consumer: 'bronze', events: rows, ms });
      log.info({ part, rows, last, ms: Math.round(ms) }, 'archived');
    },
  });
  archiver.start();
  const drain = async (): Promise<void> => {
    await archiver.drain();
    store.close();
  };
  return { archiver, drain };
}

/** Makes the bucket if it is missing, and sets the rules for what grows old there. */
export async function prepareLake(
  settings: Extract<Config['lake'], { kind: 's3' }>,
  { coldAfterDays, coldClass, ingressDays }: Config['bronze'],
) {
  const { prepareBucket } = await import('../lake/s3.bucket.js');
  return prepareBucket(settings, {
    coldPrefix: 'bronze/events',
    coldAfterDays: coldAfterDays === 0 ? null : coldAfterDays,
    coldClass,
    expiringPrefix: 'bronze/ingress/',
    expireAfterDays: ingressDays === 0 ? null : ingressDays,
    prunedPrefix: 'gold/',
  });
}
