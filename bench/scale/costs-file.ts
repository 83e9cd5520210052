// docs/costs.json: what `bench -- costs` and `bench:lake` printed, which the arithmetic of scale counts with.
import { figureOf } from '../report/stored-runs.js';

export type Costs = Readonly<{
  /** Day, commit and machine in words. */
  measured: string;
  /** µs of processor time for each bid; `fact` is what each API node takes to follow the facts, `message` one to a watcher. */
  micros: Readonly<{
    rest: number;
    engine: number;
    projector: number;
    relay: number;
    fact: number;
    message: number;
    broker: number;
    journal: number;
    silver: number;
    othersOfPostgres: number;
    archiver: number;
    gold: number;
  }>;
  bytes: Readonly<{ journal: number; silver: number; wal: number; bids: number; events: number; bronze: number }>;
}>;

const PATHS = {
  rest: 'costs.rest.micros.api',
  engine: 'costs.tills.micros.engine',
  projector: 'costs.tills.micros.projector',
  relay: 'costs.tills.micros.relay',
  fact: 'costs.tills.micros.api',
  message: 'costs.watchers.microsAMessage',
  broker: 'costs.tills.micros.broker',
  journal: 'costs.tills.micros.postgres journal',
  silver: 'costs.tills.micros.postgres silver',
  othersOfPostgres: 'costs.tills.micros.postgres others',
} as const;

/** Reads the file. Refuses one that lacks a figure, naming it. */
export function parseCosts(text: string): Costs {
  const file: unknown = JSON.parse(text);
  const read = (path: string): number => {
    const value = figureOf(file, path);
    if (value === null) throw new Error(`the file of costs has no number "${path}"`);
    return value;
  };
  const named = Object.entries(PATHS).map(([name, path]) => [name, read(path)]);
  const perEvent = (path: string) => (1_000_000 * read(path)) / read('lake.events');
  const { measured } = file as { measured?: unknown };
  if (typeof measured !== 'string') throw new Error('the file of costs has no text "measured"');
  const micros = {
    ...Object.fromEntries(named),
    // The node that takes requests follows the facts as well, which is counted by itself.
    rest: read(PATHS.rest) - read(PATHS.fact),
    archiver: perEvent('lake.archive.cpuSeconds'),
    gold: perEvent('lake.gold.cpuSeconds'),
  } as Costs['micros'];
  const bytes = {
    journal: read('costs.tills.bytes.journal'),
    silver: read('costs.tills.bytes.silver'),
    wal: read('costs.tills.bytes.wal'),
    bids: read('costs.tills.bytes.topic bids'),
    events: read('costs.tills.bytes.topic events'),
    bronze: read('lake.bytesPerEvent.parquet') + read('lake.bytesPerEvent.parquetRestricted'),
  };
  return { measured, micros, bytes };
}
