// What a bid costs each part of a house over Kafka: processor time and bytes. docs/scale.md counts with these figures.
import type { AuctionId } from '../../src/domain/ids.js';
import type { Worker } from '../../src/house/cluster/worker.js';
import type { Log } from '../../src/runtime/log.js';
import { BidPlan } from '../bid-plan.js';
import { HttpBidders } from '../http-load.js';
import type { BidStream } from '../kafka/bid-stream.js';
import { drive, type KafkaHouse, openStream, setUpKafkaHouse, silverOf, type Undo } from '../kafka/kafka-house.js';
import { Watchers } from '../live/watchers.js';
import { each, type Named, processorSeconds, type Reading, serverProcesses, storedBytes } from './meters.js';

export type CostFigures = Readonly<{
  /** Bids from `auction.bids` to Silver, as fast as they went: µs and bytes a bid. */
  tills: Readonly<{ bids: number; perSecond: number; micros: Reading; bytes: Reading }>;
  /** The same with watchers: µs of the API node for one message to one of them. */
  watchers: Readonly<{ sockets: number; messages: number; microsAMessage: number }>;
  /** Bids over REST, 128 connections: µs a bid. */
  rest: Readonly<{ bids: number; micros: Reading }>;
}>;

const MICROS = 1_000_000;
const WARM_UP_MS = 4_000;
const CONNECTIONS = 128;
const WATCHED = 100;
const WATCHERS_EACH = 10;

type Costs = Readonly<{ house: KafkaHouse; roles: readonly Worker[]; seconds: number }>;

/** Starts a house of one process a role on empty disks, and stops it again. */
export async function measureCosts(
  options: Readonly<{ seconds: number; log: Log; say: (line: string) => void }>,
): Promise<CostFigures> {
  const undo: Undo[] = [];
  try {
    const house = await setUpKafkaHouse(options, undo);
    const roles = [...house.roles, ...(await Promise.all([house.start('relay'), house.start('api')]))];
    const costs: Costs = { house, roles, seconds: options.seconds };
    const stream = await openStream(house, new BidPlan(house.auctions.spread, house.auctions.bidders));
    undo.push(() => stream.close());
    await drive(house, stream, WARM_UP_MS);
    const tills = await ofTills(costs, stream);
    const watchers = await ofWatchers(costs, stream, tills.micros['api'] ?? 0);
    return { tills, watchers, rest: await ofRest(costs) };
  } finally {
    for (const one of undo.toReversed()) await one();
  }
}

async function ofTills({ house, roles, seconds }: Costs, stream: BidStream): Promise<CostFigures['tills']> {
  const processes = await processesOf(house, roles);
  const bytes = () => storedBytes(house.database, house.server.kafkaDirectory);
  const [cpuBefore, bytesBefore, sent] = [await processorSeconds(processes), await bytes(), stream.sent];
  const perSecond = Math.round(await drive(house, stream, seconds * 1_000));
  const bids = stream.sent - sent;
  const micros = each(cpuBefore, await processorSeconds(processes), bids, MICROS);
  house.say(`${bids} bids, ${perSecond} a second: ${JSON.stringify(micros)}`);
  return { bids, perSecond, micros, bytes: each(bytesBefore, await bytes(), bids, 1) };
}

/** What the API node takes beyond following the facts, for each message that it sends. */
async function ofWatchers(costs: Costs, stream: BidStream, microsAFact: number): Promise<CostFigures['watchers']> {
  const { house, roles, seconds } = costs;
  const watchers = new Watchers(house.runtime, () => undefined);
  const watched = house.auctions.spread.slice(0, WATCHED);
  const sockets: AuctionId[] = Array.from({ length: WATCHERS_EACH }, () => watched).flat();
  try {
    await watchers.open(addressOf(roles), sockets);
    const api = (await processesOf(house, roles)).filter(({ name }) => name === 'api');
    const [before, sent, messages] = [await processorSeconds(api), stream.sent, watchers.messages];
    await drive(house, stream, seconds * 1_000);
    const after = await processorSeconds(api);
    const told = watchers.messages - messages;
    const all = ((after['api'] ?? 0) - (before['api'] ?? 0)) * MICROS;
    const microsAMessage = Math.round((10 * (all - microsAFact * (stream.sent - sent))) / told) / 10;
    return { sockets: sockets.length, messages: told, microsAMessage };
  } finally {
    await watchers.close();
  }
}

async function ofRest({ house, roles, seconds }: Costs): Promise<CostFigures['rest']> {
  const { auctions, runtime, tokenSettings: tokens } = house;
  const who = { auctions: auctions.httpSpread, bidders: auctions.bidders, callers: CONNECTIONS };
  const clients = await HttpBidders.start({ url: addressOf(roles), tokens, runtime }, who);
  try {
    await clients.bid(WARM_UP_MS);
    await silverOf(house);
    const processes = await processesOf(house, roles);
    const before = await processorSeconds(processes);
    const { accepted, refused } = await clients.bid(seconds * 1_000);
    await silverOf(house);
    const bids = accepted + refused;
    return { bids, micros: each(before, await processorSeconds(processes), bids, MICROS) };
  } finally {
    clients.stop();
  }
}

async function processesOf(house: KafkaHouse, roles: readonly Worker[]): Promise<readonly Named[]> {
  const ours = roles.map((worker) => worker.state()).flatMap(({ role, pid }) => (pid ? [{ name: role, pid }] : []));
  const brokers = house.server.brokers.map((pid) => ({ name: 'broker', pid }));
  return [...ours, ...brokers, ...(await serverProcesses(house.database))];
}

function addressOf(roles: readonly Worker[]): string {
  const url = roles.map((worker) => worker.state()).find(({ role }) => role === 'api')?.url;
  if (url == null) throw new Error('the API node tells no address');
  return url;
}
