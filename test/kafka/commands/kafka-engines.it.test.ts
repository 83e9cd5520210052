// Several engines on one topic: handing partitions over, and two that both believe they own all of them.
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { CommandEnvelope, Outcome } from '../../../src/bus/command-bus.js';
import { loadConfig } from '../../../src/config.js';
import { commandId } from '../../../src/domain/ids.js';
import { auctionStream } from '../../../src/domain/messages.js';
import { later } from '../../../src/domain/time.js';
import { type House, openHouse } from '../../../src/house/house.js';
import type { KafkaBusSettings, KafkaCommandBus } from '../../../src/kafka/commands/kafka.command-bus.js';
import { silentLog } from '../../../src/runtime/log.js';
import { silentMetrics } from '../../../src/runtime/metrics.js';
import { runtime } from '../../support/api.js';
import { eventually } from '../../support/eventually.js';
import { freshPrefix, testBrokers } from '../../support/kafka.js';
import { busSettings, makeTopics, openBus } from '../../support/kafka-house.js';
import { ann, auctionNo, bob, person, sue, terms } from '../../support/memory-house.js';
import { freshDatabase, migrated, type TestDatabase } from '../../support/postgres.js';
import { describeWithKafka } from '../../support/requires.js';

const config = loadConfig({});
const AUCTIONS = 8;
const HOUR_MS = 3_600_000;

describeWithKafka('several engines', () => {
  let brokers: readonly string[];
  let settings: KafkaBusSettings;
  let database: TestDatabase;
  let houses: House[];
  /** The node that asks, apart from those that judge. */
  let node: KafkaCommandBus;

  beforeAll(async () => {
    brokers = await testBrokers();
  }, 300_000);
  beforeEach(async () => {
    settings = busSettings(brokers, freshPrefix(), 4);
    await makeTopics(settings);
    database = await freshDatabase(migrated);
    houses = [];
    node = await openBus(settings);
  });
  afterEach(async () => {
    await node.drain();
    await Promise.all(houses.map((house) => house.drain()));
    await database.drop();
  });

  const engine = async (
    groupId: string = settings.groupId,
  ): Promise<Readonly<{ house: House; bus: KafkaCommandBus }>> => {
    const bus = await openBus({ ...settings, groupId });
    const parts = { postgres: database.config, config, runtime, log: silentLog, metrics: silentMetrics, bus };
    const house = await openHouse(parts);
    houses.push(house);
    return { house, bus };
  };
  const partitionsOf = (bus: KafkaCommandBus): number => bus.intakeStatus()?.partitions.length ?? 0;

  const asked = (actor: CommandEnvelope['actor'], command: CommandEnvelope['command']): CommandEnvelope => ({
    command,
    commandId: commandId(runtime.uuid()),
    actor,
    correlationId: null,
  });
  const bid = (n: number, bidder: typeof ann, cents: number): CommandEnvelope =>
    asked(person(bidder, 'bidder'), {
      type: 'PlaceBid',
      auctionId: auctionNo(n),
      bidderId: bidder,
      amount: BigInt(cents),
      currency: 'USD',
      channel: 'online',
    });
  /** Sends until it is settled, as a client does. */
  const settle = async (envelope: CommandEnvelope): Promise<Outcome> => {
    for (;;) {
      const outcome = await node.submit(envelope);
      if (outcome.status !== 'busy' && outcome.status !== 'fault') return outcome;
      await runtime.sleep(20);
    }
  };
  const setUp = async (): Promise<void> => {
    for (const [who, name] of [
      [sue, 'sue'],
      [ann, 'ann'],
      [bob, 'bob'],
    ] as const) {
      const registering = { type: 'RegisterUser', userId: who, username: name, personalData: null } as const;
      expect((await settle(asked(person(who), registering))).status).toBe('accepted');
    }
    for (let n = 1; n <= AUCTIONS; n++) {
      const outcome = await settle(
        asked(person(sue, 'seller'), {
          type: 'ListAuction',
          auctionId: auctionNo(n),
          sellerId: sue,
          item: { title: 'A clock', description: '', category: 'Clocks' },
          terms,
          opensAt: null,
          closesAt: later(runtime.now(), HOUR_MS),
        }),
      );
      expect(outcome.status).toBe('accepted');
    }
  };
  /** Rounds of rising bids in every auction, some of them too low, all auctions at once. */
  const bidding = async (rounds: number, from: number): Promise<readonly (readonly [CommandEnvelope, Outcome])[]> => {
    const answered: (readonly [CommandEnvelope, Outcome])[] = [];
    await Promise.all(
      Array.from({ length: AUCTIONS }, async (_, i) => {
        for (let round = from; round < from + rounds; round++) {
          const envelope = bid(
            i + 1,
            round % 2 === 0 ? ann : bob,
            round % 5 === 0 && round > 0 ? 1 : 100_00 * (round + 1),
          );
          answered.push([envelope, await settle(envelope)]);
        }
      }),
    );
    return answered;
  };
  /** What every answer must rest on: one event each, at the revision that was told, and the same answer once more. */
  const expectRight = async (answered: readonly (readonly [CommandEnvelope, Outcome])[]): Promise<void> => {
    const journal = houses[0]?.journal;
    if (journal === undefined) throw new Error('there is a house');
    const recorded = new Map<string, string[]>();
    for (let n = 1; n <= AUCTIONS; n++) {
      const stream = await journal.readStream(auctionStream(auctionNo(n)), 0, 10_000);
      expect(stream.map(({ revision }) => revision)).toEqual(stream.map((_, i) => i));
      for (const { meta, revision, eventType } of stream) {
        if (eventType !== 'BidPlaced' || meta.commandId === null) continue;
        recorded.set(meta.commandId, [...(recorded.get(meta.commandId) ?? []), `${n}/${revision}`]);
      }
    }
    for (const [envelope, outcome] of answered) {
      const { commandId: id, command } = envelope;
      const places = recorded.get(id) ?? [];
      if (outcome.status === 'accepted') expect(places).toHaveLength(1);
      else expect({ status: outcome.status, places }).toEqual({ status: 'rejected', places: [] });
      if (outcome.status === 'accepted' && 'auctionId' in command)
        expect(places[0]?.endsWith(`/${outcome.revision}`)).toBe(true);
      expect(await settle(envelope)).toEqual({ ...outcome, repeated: true });
    }
  };

  it('share the partitions, and hand them over when one joins and when one leaves', async () => {
    const first = await engine();
    await eventually('all partitions with the first', () => partitionsOf(first.bus) === 4, 30_000);
    await setUp();
    const load = bidding(30, 0);
    const second = await engine();
    await eventually('two each', () => partitionsOf(first.bus) === 2 && partitionsOf(second.bus) === 2, 30_000);
    const more = await load;
    const rest = bidding(30, 30);
    await first.house.drain();
    await eventually('all partitions with the second', () => partitionsOf(second.bus) === 4, 30_000);
    const answered = [...more, ...(await rest)];
    houses = houses.filter((house) => house !== first.house);
    await expectRight(answered);
    expect(answered.filter(([, outcome]) => outcome.status === 'accepted').length).toBeGreaterThan(AUCTIONS * 40);
  }, 180_000);

  it('answer alike and write once where both believe that they own every partition', async () => {
    // Two groups: each of them is given everything, as a zombie would go on with what it once had.
    const one = await engine();
    const other = await engine(`${settings.kafka.prefix}zombies`);
    await eventually('both with all', () => partitionsOf(one.bus) === 4 && partitionsOf(other.bus) === 4, 30_000);
    await setUp();
    const answered = await bidding(40, 0);
    await expectRight(answered);
    expect(answered.some(([, outcome]) => outcome.status === 'rejected')).toBe(true);
  }, 180_000);
});
