// An API node: takes requests, submits commands, and tells watchers what the relay publishes. It keeps nothing, so there
// may be any number of them.
import { personalFactsOf } from '../../feed/facts/personal-facts.js';
import type { Position } from '../../journal/journal.js';
import { kafkaClient } from '../../kafka/client/connection.js';
import { topicName } from '../../kafka/client/topics.js';
import { factTail } from '../../kafka/facts/fact-tail.js';
import { LiveAuctions } from '../../live/live.queries.js';
import { LiveNews } from '../../live/news.queries.js';
import { retried } from '../../runtime/retry.js';
import { openKafkaBus } from '../kafka-bus.js';
import { type HouseStores, silverPosition } from '../open-stores.js';
import { readinessOfJournal } from '../readiness.js';
import { signerOf } from '../signing-key.js';
import { startHouseApi } from '../start-house-api.js';
import { tracedBus } from '../traces.js';
import type { Undo } from '../undoable.js';
import { openRoleStores, type RoleParts, type StartRole } from './role.js';

export const startApiRole: StartRole = async (parts, undo) => {
  const { runtime } = parts;
  const stores = await openRoleStores(parts, undo);
  const { journal } = stores;
  const bus = tracedBus(await openKafkaBus(parts), parts.traces);
  undo.push(() => bus.drain());
  const live = await followFacts(parts, stores, undo);
  const ready = async () => ({ journal: await readinessOfJournal(journal, runtime) });
  const silverStands = () => silverPosition(stores);
  const { url } = await startHouseApi({ ...parts, ...stores, bus, live, ready, silverStands }, undo);
  return { url, ready };
};

const SILVER_POLL_MS = 100;
const BACK_OFF = { minMs: 100, maxMs: 2_000 };

/**
 * Live prices off the topic. What was published before this node began to listen Silver tells, once it has come so far;
 * so everything that is watched is looked up again then.
 */
async function followFacts(parts: RoleParts, stores: HouseStores, undo: Undo[]) {
  const { journal, silver } = stores;
  const { config, tokens, runtime, log } = parts;
  const { kafka, stallMs } = config.kafka;
  const liveParts = { silver, runtime, log, settings: config.live };
  const auctions = new LiveAuctions({ ...liveParts, journal });
  const news = new LiveNews({ ...liveParts, personalFacts: personalFactsOf(journal) });
  const stop = new AbortController();

  const refresh = async (head: Position | null): Promise<void> => {
    while (!stop.signal.aborted && journal.comparePositions(await silverPosition(stores), head) < 0)
      await runtime.sleep(SILVER_POLL_MS, stop.signal);
    auctions.refresh();
    news.refresh();
  };
  const trying = { name: 'looking up what is watched', runtime, log, backOff: BACK_OFF, signal: stop.signal };
  const lookAgain = () => retried(async () => refresh(await journal.head()), trying);

  const tail = factTail({
    kafka: await kafkaClient(kafka, log),
    topic: topicName(kafka.prefix, 'events'),
    signer: signerOf(config.kafka, tokens),
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
