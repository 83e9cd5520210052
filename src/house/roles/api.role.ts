// An API node: takes requests, submits commands, and tells watchers what the relay publishes. It keeps nothing, so there
// may be any number of them.
import { startApi } from '../../api/api.js';
import { lookUpOutcome } from '../../engine/outcomes.js';
import { personalFactsOf } from '../../feed/facts/personal-facts.js';
import type { Position } from '../../journal/journal.js';
import { kafkaClient } from '../../kafka/client/connection.js';
import { topicName } from '../../kafka/client/topics.js';
import { factTail } from '../../kafka/facts/fact-tail.js';
import { LiveAuctions } from '../../live/live.queries.js';
import { LiveNews } from '../../live/news.queries.js';
import { cannotListen } from '../cannot-listen.js';
import { erasureOf } from '../eraser.js';
import { openKafkaBus } from '../kafka-bus.js';
import { erasureListOf, keyStoreOf } from '../personal.js';
import { readinessOfJournal } from '../readiness.js';
import { openStores, type RoleParts, type RoleStores, type StartRole, type Undo } from './role.js';

export const startApiRole: StartRole = async (parts, undo) => {
  const { config, tokens, runtime, log, metrics } = parts;
  const stores = await openStores(parts, undo);
  const { journal, silver } = stores;
  const keys = keyStoreOf(config);
  const bus = await openKafkaBus(parts);
  undo.push(() => bus.drain());
  const live = await followFacts(parts, stores, undo);
  const ready = async () => ({ journal: await readinessOfJournal(journal, runtime) });
  const api = await startApi({
    settings: { ...config.api, tokens },
    bus,
    queries: silver,
    live,
    commandLookup: (commandId, actorId) => lookUpOutcome(journal, commandId, actorId),
    keyStore: keys,
    erasure: erasureOf({
      journal,
      silver,
      silverStands: () => silverStands(stores),
      keys,
      list: erasureListOf(config),
      runtime,
    }),
    metrics,
    log,
    runtime,
    ready,
  }).catch((error: unknown) => {
    throw cannotListen(config.api, error);
  });
  undo.push(() => api.close());
  return { url: api.url, ready };
};

const SILVER_POLL_MS = 100;

/**
 * Live prices off the topic. What was published before this node began to listen Silver tells, once it has come so far;
 * so everything that is watched is looked up again then.
 */
async function followFacts(parts: RoleParts, stores: RoleStores, undo: Undo[]) {
  const { journal, silver } = stores;
  const { config, runtime, log } = parts;
  const { kafka, stallMs } = config.kafka;
  const liveParts = { silver, runtime, log, settings: config.live };
  const auctions = new LiveAuctions({ ...liveParts, journal });
  const news = new LiveNews({ ...liveParts, personalFacts: personalFactsOf(journal) });
  const stop = new AbortController();

  const refresh = async (head: Position | null): Promise<void> => {
    while (!stop.signal.aborted && journal.comparePositions(await silverStands(stores), head) < 0)
      await runtime.sleep(SILVER_POLL_MS, stop.signal);
    auctions.refresh();
    news.refresh();
  };
  const lookAgain = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        return await refresh(await journal.head());
      } catch (error) {
        log.warn({ error: String(error) }, 'what is watched could not be looked up again; trying again');
        await runtime.sleep(SILVER_POLL_MS, stop.signal);
      }
    }
  };

  const tail = factTail({
    kafka: await kafkaClient(kafka, log),
    topic: topicName(kafka.prefix, 'events'),
    groupId: `${kafka.prefix}live.${runtime.uuid()}`,
    runtime,
    log,
    stallMs,
    take: (facts) => {
      auctions.take(facts);
      news.take(facts);
    },
    missed: () => void lookAgain(),
  });
  undo.push(async () => {
    stop.abort();
    await tail.stop();
    auctions.close();
    news.close();
  });
  await tail.start();
  void lookAgain();
  return { auctions, news };
}

/** How far Silver has come by what some projector committed. */
async function silverStands({ journal, silver }: RoleStores): Promise<Position | null> {
  const found = (await silver.consumers()).find(({ consumer }) => consumer === 'silver');
  return found === undefined || found.position === null ? null : journal.parsePosition(found.position);
}
