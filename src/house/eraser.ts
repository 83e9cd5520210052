// What a running house does about people who are to be forgotten: the list applied at its start, the consumer that carries
// erasures out, and what the API asks.
import type pg from 'pg';
import type { Erasure } from '../api/api.deps.js';
import { ApiError } from '../api/http/api-error.js';
import type { Config } from '../config.js';
import type { UserId } from '../domain/ids.js';
import { applyErasures } from '../erasure/apply-erasures.js';
import { Consumer } from '../feed/consumer.js';
import type { Feed } from '../feed/feed.js';
import type { Journal, Position } from '../journal/journal.js';
import type { ErasureList } from '../personal-data/erasure-list.js';
import type { KeyStore } from '../personal-data/key-store.js';
import { type CarryOut, erasuresProjection } from '../projections/erasures/erasures.projection.js';
import type { SilverQueries } from '../projections/silver/silver.queries.js';
import type { Log } from '../runtime/log.js';
import type { Metrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';
import { forgetPeople } from './forget-people.js';
import { erasureListOf, keyStoreOf } from './personal.js';
import { erasePhotos } from './photos.js';

export type EraserParts = Readonly<{
  journal: Journal;
  feed: Feed;
  database: pg.ClientConfig;
  pool: pg.Pool;
  config: Pick<Config, 'dataDirectory' | 'lake' | 'masterKeys'>;
  runtime: Runtime;
  log: Log;
  metrics: Metrics;
}>;

/** Applies the list, and begins to follow the journal. */
export async function startEraser({
  journal,
  feed,
  database,
  pool,
  config,
  ...around
}: EraserParts): Promise<Consumer> {
  const { runtime, log } = around;
  const [keys, list] = [keyStoreOf(config), erasureListOf(config)];
  const applied = await applyErasures({ journal, keys, list, runtime });
  if (applied.keysDeleted + applied.recorded > 0) log.warn(applied, 'people on the erasure list were erased again');
  const listed = await list.all();
  await forgetPeople(pool, listed);
  await erasePhotos({ config, runtime }, listed);
  const forgetPhotos = (userId: UserId): Promise<void> => erasePhotos({ config, runtime }, [userId]);
  const projection = erasuresProjection(carryOut({ list, keys, pool, forgetPhotos }));
  const consumer = new Consumer({ ...around, feed, database, projection });
  consumer.start();
  return consumer;
}

// The list first: were the key gone and the person not on it, a restored key would bring the person back.
const carryOut =
  ({ list, keys, pool, forgetPhotos }: Pick<ErasureParts, 'list' | 'keys' | 'pool' | 'forgetPhotos'>): CarryOut =>
  async (userId, erasedAt) => {
    await list.add(userId, erasedAt);
    await keys.erase(userId);
    await forgetPeople(pool, [userId]);
    await forgetPhotos(userId);
  };

export type ErasureParts = Readonly<{
  journal: Pick<Journal, 'head' | 'comparePositions'>;
  silver: Pick<SilverQueries, 'tiesOf'>;
  /** How far Silver has come. */
  silverStands: () => Promise<Position | null>;
  keys: KeyStore;
  list: ErasureList;
  /** With the tables of the sign-in and of people's own lists. */
  pool: Pick<pg.Pool, 'query'>;
  /** Deletes what the person has sent. */
  forgetPhotos: (userId: UserId) => Promise<void>;
  runtime: Runtime;
}>;

/** How long an erasure waits for Silver to show all that came before it. */
const CAUGHT_UP_WITHIN_MS = 5_000;
const POLL_MS = 10;

/** What an API node needs to erase people. */
export function erasureOf({ keys, list, pool, forgetPhotos, ...parts }: ErasureParts): Erasure {
  const erase = carryOut({ list, keys, pool, forgetPhotos });
  return {
    tiesOf: async (userId) => {
      await caughtUp(parts);
      return parts.silver.tiesOf(userId);
    },
    carryOut: (userId) => erase(userId, parts.runtime.now()),
  };
}

/** Waits until Silver shows all that is recorded by now; refuses when that takes too long. */
async function caughtUp({
  journal,
  silverStands,
  runtime,
}: Omit<ErasureParts, 'keys' | 'list' | 'pool' | 'forgetPhotos'>): Promise<void> {
  const head = await journal.head();
  const startedMs = runtime.monotonicMs();
  while (journal.comparePositions(await silverStands(), head) < 0) {
    if (runtime.monotonicMs() - startedMs > CAUGHT_UP_WITHIN_MS)
      throw new ApiError(503, 'SilverBehind', 'the tables that tell open auctions and sales are behind; try again', {
        headers: { 'retry-after': '5' },
      });
    await runtime.sleep(POLL_MS);
  }
}
