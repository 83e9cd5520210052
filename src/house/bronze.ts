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
import { ingressChain } from '../projections/bronze/ingress.archiver.js';
import { EVENTS_CHAIN } from '../projections/bronze/manifest.js';
import { Witnesses } from '../projections/bronze/witness.js';
import type { Log } from '../runtime/log.js';
import type { Metrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';
import { ingressArchivers } from './ingress-archive.js';

export type BronzeConfig = Pick<Config, 'lake' | 'bronze' | 'journal' | 'kafka' | 'dataDirectory'>;

export type BronzeParts = Readonly<{
  config: BronzeConfig;
  journal: Journal;
  postgres: pg.ClientConfig;
  runtime: Runtime;
  /** Of DuckDB; as many as there are processors unless given. */
  threads?: number;
}>;

/** DuckDB's own; what does not fit goes to the data directory. A part of half a million events takes some 900 MiB in all. */
export const MEMORY_LIMIT = '512MB';

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

/** Archivers at work beside a house, one a chain. They leave the processors to whoever judges bids, but for one. */
export async function startArchivers(
  parts: BronzeParts & Readonly<{ log: Log; metrics: Metrics }>,
): Promise<Readonly<{ archivers: readonly Archiver[]; drain(): Promise<void> }>> {
  const { config, postgres, runtime, log, metrics } = parts;
  const store = await openStore(config.lake, runtime);
  const witnesses = await witnessesOf(config);
  const around = { database: postgres, runtime, log, settings: config.bronze, witnesses };
  const duck = { threads: 1, memoryLimit: MEMORY_LIMIT };
  const ingress = await ingressArchivers({ config, store, runtime, log, directory: scratchOf(config), duck });
  const chains = [
    { chain: EVENTS_CHAIN, consumer: 'bronze', archiver: eventsArchiverOf(parts, store, 1), lookEveryMs: 2_000 },
    // Each look is a connection to the brokers.
    ...ingress.map(({ topic, archiver }) => {
      return { chain: ingressChain(topic), consumer: `bronze ${topic}`, archiver, lookEveryMs: 30_000 };
    }),
  ];
  const archivers = chains.map(
    ({ chain, consumer, archiver, lookEveryMs }) =>
      new Archiver({
        ...around,
        chain,
        archiver,
        lookEveryMs,
        archived: ({ part, rows, last }, ms) => {
          metrics.projected({ consumer, events: rows, ms });
          metrics.partArchived(chain, rows);
          log.info({ chain, part, rows, last, ms: Math.round(ms) }, 'archived');
        },
      }),
  );
  for (const archiver of archivers) archiver.start();
  const drain = async (): Promise<void> => {
    await Promise.all(archivers.map((archiver) => archiver.drain()));
    store.close();
  };
  return { archivers, drain };
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
    // Restricted files lie beside, under bronze/ingress-restricted/.
    expiringPrefix: 'bronze/ingress',
    expireAfterDays: ingressDays === 0 ? null : ingressDays,
    prunedPrefix: 'gold/',
  });
}
