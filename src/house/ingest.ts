// The house as `gavel ingest` opens it: journal, engine and bus of this process, beside a running house or without one. The
// revisions of streams guarantee correctness, not which engine judges (docs/adr/0067).
import type { CommandBus } from '../bus/command-bus.js';
import { InProcessCommandBus } from '../bus/in-process.command-bus.js';
import type { Config } from '../config.js';
import { startEngine } from '../engine/engine.js';
import type { Position } from '../journal/journal.js';
import type { ObjectStore } from '../lake/object-store.js';
import { openStore } from '../lake/open-store.js';
import type { Log } from '../runtime/log.js';
import { silentMetrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';
import { openDatabase } from './database.js';
import { type HouseStores, openStores, silverPosition } from './open-stores.js';
import { type BeginOperation, beginOperation } from './operations.js';
import { startProjections } from './start-projections.js';
import { startUndoable, type Undo } from './undoable.js';

export type IngestHouseParts = Readonly<{ config: Config; runtime: Runtime; log: Log }>;

export type IngestHouse = Readonly<{
  bus: Pick<CommandBus, 'submit'>;
  beginOperation: BeginOperation;
  /** Which of these accounts there are. */
  knownUsers(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Resolves when Silver shows all that is recorded by now; false if it does not move for half a minute. */
  silverFollows(): Promise<boolean>;
}>;

/** A lot comes up once: what is kept of it is of no use to the next, and a repeat is looked up in the journal. */
const LITTLE_KEPT = { cache: { weightMax: 5_000 }, window: { entriesMax: 5_000, idsMax: 100_000 } };
const POLL_MS = 50;
const STANDSTILL_MAX_MS = 30_000;

/** Opens the house for the time of `work`; makes one where there is none yet. Leaves a running house as it was. */
export async function withIngestHouse(
  parts: IngestHouseParts,
  work: (house: IngestHouse) => Promise<void>,
): Promise<void> {
  const { config, log } = parts;
  const database = await openDatabase(config, log, { make: true });
  try {
    const { stop, ...house } = await startUndoable((undo) => open({ ...parts, postgres: database.connection }, undo));
    try {
      await work(house);
    } finally {
      await stop();
    }
  } finally {
    await database.close();
  }
}

async function open(parts: IngestHouseParts & Pick<HouseStores, 'postgres'>, undo: Undo[]): Promise<IngestHouse> {
  const { config, runtime, log } = parts;
  const stores = await openStores(parts, undo);
  const metrics = silentMetrics;
  await startProjections(stores, { config, runtime, log, metrics }, undo);
  const bus = new InProcessCommandBus(config.bus, runtime, log);
  const { journal } = stores;
  const settings = { ...config.engine, ...LITTLE_KEPT };
  const engine = await startEngine({ bus, journal, snapshots: null, runtime, metrics, log, settings });
  undo.push(() => engine.drain());
  undo.push(() => bus.drain());
  return {
    bus,
    beginOperation: beginOperation(journal, runtime),
    knownUsers: (ids) => knownUsers(stores, ids),
    silverFollows: () => follows(stores, runtime),
  };
}

async function knownUsers({ silver }: HouseStores, ids: readonly string[]): Promise<ReadonlySet<string>> {
  return ids.length === 0 ? new Set() : silver.usersAmong([...new Set(ids)]);
}

async function follows(stores: HouseStores, runtime: Runtime): Promise<boolean> {
  const { journal } = stores;
  const head = await journal.head();
  let [last, movedMs] = [null as Position | null, runtime.monotonicMs()];
  while (runtime.monotonicMs() - movedMs < STANDSTILL_MAX_MS) {
    const at = await silverPosition(stores);
    if (journal.comparePositions(at, head) >= 0) return true;
    if (journal.comparePositions(at, last) > 0) [last, movedMs] = [at, runtime.monotonicMs()];
    await runtime.sleep(POLL_MS);
  }
  return false;
}

/** Opens the lake that the configuration names for the time of `work`. */
export async function withLake(
  { lake }: Pick<Config, 'lake'>,
  runtime: Runtime,
  work: (store: ObjectStore) => Promise<void>,
): Promise<void> {
  const store = await openStore(lake, runtime);
  try {
    await work(store);
  } finally {
    store.close();
  }
}
