// A whole house over Kafka: API → Kafka → engine → journal → outcome; and what foreign producers write.
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import kafkajs from 'kafkajs';
import { partitionOf } from '../../../src/bus/partitioner.js';
import { registerDlq } from '../../../src/cli/dlq.command.js';
import { loadConfig } from '../../../src/config.js';
import { auctionStream } from '../../../src/domain/messages.js';
import { lookUpOutcome } from '../../../src/engine/outcomes.js';
import { deadLettersOf } from '../../../src/house/dead-letters.js';
import { openHouse } from '../../../src/house/house.js';
import { deadLetterSchema } from '../../../src/kafka/client/dead-letters.js';
import { OUTCOME_PARTITIONS } from '../../../src/kafka/client/topics.js';
import type { KafkaBusSettings } from '../../../src/kafka/commands/kafka.command-bus.js';
import { HEADERS, MessageSigner } from '../../../src/kafka/commands/message-signer.js';
import { silentLog } from '../../../src/runtime/log.js';
import { silentMetrics } from '../../../src/runtime/metrics.js';
import { runtime, TestApi, tokenFor } from '../../support/api.js';
import { eventually } from '../../support/eventually.js';
import { freshPrefix, testBrokers } from '../../support/kafka.js';
import { busSettings, makeTopics, openBus, plainClient, signingKey } from '../../support/kafka-house.js';
import { ann, auctionNo, bob, operator, sue } from '../../support/memory-house.js';
import { freshDatabase, migrated, type TestDatabase } from '../../support/postgres.js';
import { describeWithKafka } from '../../support/requires.js';

const config = loadConfig({});

/** Of the topic of answers. */
const PARTITIONS = Array.from({ length: OUTCOME_PARTITIONS }, (_, i) => i);

describeWithKafka('a house over Kafka', () => {
  let database: TestDatabase;
  let settings: KafkaBusSettings;
  let house: Awaited<ReturnType<typeof openHouse>>;
  let api: TestApi;
  let foreign: kafkajs.Producer;
  let client: kafkajs.Kafka;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    const brokers = await testBrokers();
    settings = busSettings(brokers, freshPrefix(), 4);
    await makeTopics(settings);
    database = await freshDatabase(migrated);
    const bus = await openBus(settings);
    house = await openHouse({
      postgres: database.config,
      config,
      runtime,
      log: silentLog,
      metrics: silentMetrics,
      bus,
    });
    api = await TestApi.start({
      bus: house.bus,
      queries: house.silver,
      commandLookup: (commandId, actorId) => lookUpOutcome(house.journal, commandId, actorId),
    });
    client = plainClient(brokers);
    foreign = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await foreign.connect();
    if (operator.kind !== 'user') throw new Error('the operator is a person');
    tokens['ann'] = await tokenFor(ann, 'bidder');
    tokens['bob'] = await tokenFor(bob, 'bidder');
    tokens['sue'] = await tokenFor(sue, 'seller');
    tokens['op'] = await tokenFor(operator.userId, 'operator');
    for (const name of ['ann', 'bob', 'sue'])
      expect((await api.post('/users', tokens[name] ?? '', { username: name })).status).toBe(201);
  }, 300_000);

  afterAll(async () => {
    await foreign.disconnect();
    await api.close();
    await house.drain();
    await database.drop();
  });

  const list = (n: number, terms: object = {}) =>
    api.post('/auctions', tokens['sue'] ?? '', {
      auctionId: auctionNo(n),
      item: { title: 'A clock', category: 'Antiques' },
      terms: { currency: 'USD', startingPrice: '1000', ...terms },
      durationMs: 3_600_000,
    });

  const bidMessage = (n: number, token: string, amount: string, more: object = {}) => ({
    v: 1,
    commandId: runtime.uuid(),
    token,
    request: { type: 'PlaceBid', auctionId: auctionNo(n), amount, currency: 'USD' },
    ...more,
  });
  const topic = (kind: string) => `${settings.kafka.prefix}${kind}`;
  const put = (message: kafkajs.Message, kind = 'bids') => foreign.send({ topic: topic(kind), messages: [message] });
  /** The dead letters as `gavel dlq` has them. */
  const deadLettersHere = () => {
    const { brokers, prefix } = settings.kafka;
    const env = {
      GAVEL_KAFKA_BROKERS: brokers.join(','),
      GAVEL_KAFKA_PREFIX: prefix,
      GAVEL_KAFKA_SIGNING_KEY: new TextDecoder().decode(signingKey),
      GAVEL_JWT_SECRET: 'x'.repeat(32),
    };
    return deadLettersOf(loadConfig(env), runtime);
  };
  const events = async (n: number) =>
    (await house.journal.readStream(auctionStream(auctionNo(n)), 0, 1_000)).map(({ eventType }) => eventType);

  it('answers within the request, and a repeat with the first answer', async () => {
    expect((await list(1)).status).toBe(201);
    const commandId = runtime.uuid();
    const bid = await api.post(`/auctions/${auctionNo(1)}/bids`, tokens['ann'] ?? '', {
      commandId,
      amount: '5000',
      currency: 'USD',
    });
    expect(bid).toMatchObject({
      status: 201,
      body: { outcome: 'accepted', currentPrice: '1000', leading: true, repeated: false },
    });
    const again = await api.post(`/auctions/${auctionNo(1)}/bids`, tokens['ann'] ?? '', {
      commandId,
      amount: '5000',
      currency: 'USD',
    });
    expect(again.body).toEqual({ ...bid.body, repeated: true });
    const low = await api.post(`/auctions/${auctionNo(1)}/bids`, tokens['bob'] ?? '', {
      amount: '1000',
      currency: 'USD',
    });
    expect(low).toMatchObject({ status: 409, body: { outcome: 'rejected', reason: 'BidBelowMinimum' } });
    expect((await api.get(`/commands/${commandId}`, tokens['ann'])).body).toMatchObject({
      outcome: 'accepted',
      repeated: true,
    });
  });

  it('takes the bid of a foreign producer under its token, whose own GET /commands/{id} tells the answer', async () => {
    expect((await list(2)).status).toBe(201);
    const message = bidMessage(2, tokens['bob'] ?? '', '2000');
    await put({ key: auctionNo(2), value: JSON.stringify(message) });
    await eventually('the bid', async () => (await events(2)).includes('BidPlaced'), 30_000);
    expect((await api.get(`/commands/${message.commandId}`, tokens['bob'])).body).toMatchObject({
      outcome: 'accepted',
    });
    // The same message again, as a producer that was not sure would: one effect.
    await put({ key: auctionNo(2), value: JSON.stringify(message) });
    await put({ key: auctionNo(2), value: JSON.stringify(bidMessage(2, tokens['ann'] ?? '', '9000')) });
    await eventually('the bid after it', async () => (await events(2)).length === 3, 30_000);
    expect(await events(2)).toEqual(['AuctionListed', 'BidPlaced', 'BidPlaced']);
  });

  it('forwards what another partitioner put elsewhere, with its first arrival', async () => {
    expect((await list(3)).status).toBe(201);
    const home = partitionOf(auctionNo(3), 4);
    const astray = [0, 1, 2, 3].find((one) => one !== home) ?? 0;
    const message = bidMessage(3, tokens['bob'] ?? '', '2000');
    const [sent] = await put({ key: auctionNo(3), partition: astray, value: JSON.stringify(message) });
    await eventually('the bid', async () => (await events(3)).includes('BidPlaced'), 30_000);
    const [, bid] = await house.journal.readStream(auctionStream(auctionNo(3)), 0, 10);
    expect(bid?.kind === 'event' && bid.event.type === 'BidPlaced' && bid.event.placedAt).toBe(
      Number(sent?.logAppendTime),
    );
  });

  it('forwards what a client with CRC32 in place of murmur2 writes, and keeps its order', async () => {
    // Two auctions that librdkafka's default partitioner puts elsewhere than ours.
    const astray = Array.from({ length: 40 }, (_, i) => 100 + i).filter(
      (n) => crc32(auctionNo(n)) % 4 !== partitionOf(auctionNo(n), 4),
    );
    const [first = 0, second = 0] = astray;
    for (const n of [first, second]) expect((await list(n)).status).toBe(201);
    const byCrc32 = client.producer({
      createPartitioner: () => (args) => crc32(args.message.key?.toString() ?? '') % args.partitionMetadata.length,
    });
    await byCrc32.connect();
    const bids = [1, 2, 3, 4, 5, 6].map((step) => ({ n: step % 2 === 0 ? first : second, amount: `${step}0000` }));
    const messages = bids.map(({ n, amount }, i) => ({
      key: auctionNo(n),
      value: JSON.stringify(bidMessage(n, tokens[i % 4 < 2 ? 'ann' : 'bob'] ?? '', amount)),
    }));
    await byCrc32.send({ topic: topic('bids'), messages });
    await byCrc32.disconnect();
    for (const n of [first, second]) {
      await eventually('three bids', async () => (await events(n)).length === 4, 30_000);
      const placed = (await house.journal.readStream(auctionStream(auctionNo(n)), 1, 10)).flatMap((entry) =>
        entry.kind === 'event' && entry.event.type === 'BidPlaced' ? `${entry.event.maximum}` : [],
      );
      expect(placed).toEqual(bids.filter((bid) => bid.n === n).map(({ amount }) => amount));
    }
  });

  it('believes nobody who claims a first arrival, or the house, without its signature', async () => {
    expect((await list(4)).status).toBe(201);
    const early = { 'gavel-first': '1', 'gavel-first-signature': 'x'.repeat(32) };
    await put({ key: auctionNo(4), value: JSON.stringify(bidMessage(4, tokens['bob'] ?? '', '2000')), headers: early });
    await eventually('the bid', async () => (await events(4)).includes('BidPlaced'), 30_000);
    const [, bid] = await house.journal.readStream(auctionStream(auctionNo(4)), 0, 10);
    expect(bid?.kind === 'event' && bid.event.type === 'BidPlaced' && bid.event.placedAt > 1_000).toBe(true);
  });

  it('sets aside what cannot become a command, with the reason, and goes on', async () => {
    expect((await list(5)).status).toBe(201);
    const good = () => bidMessage(5, tokens['bob'] ?? '', '2000');
    const house4 = {
      v: 1,
      commandId: runtime.uuid(),
      actor: { kind: 'house' },
      reply: null,
      command: { type: 'CloseAuction' },
    };
    const signature = new MessageSigner(signingKey).sign('command', Buffer.from(JSON.stringify(house4)));
    const cases: readonly (readonly [
      reason: string,
      value: string | null,
      kind?: string,
      headers?: kafkajs.IHeaders,
    ])[] = [
      ['Empty', null],
      ['NotJson', 'bid!'],
      ['NotJson', '[1]'],
      ['TooLarge', JSON.stringify({ ...good(), correlationId: 'x'.repeat(70_000) })],
      ['UnknownVersion', JSON.stringify({ ...good(), v: 2 })],
      ['Malformed', JSON.stringify({ ...good(), bidder: 'me' })],
      ['Malformed', JSON.stringify({ ...good(), request: { ...good().request, amount: '-1' } })],
      ['Malformed', JSON.stringify(good()), 'items'],
      ['Malformed', JSON.stringify(good()), 'txn'],
      ['NotAuthenticated', JSON.stringify({ ...good(), token: 'a.b.c' })],
      ['NotAllowed', JSON.stringify({ ...good(), token: tokens['sue'] })],
      // Signed by nobody, and signed wrongly: the house's own form is not for others.
      ['Malformed', JSON.stringify(house4)],
      ['NotAuthenticated', JSON.stringify(house4), 'bids', { [HEADERS.signature]: 'y'.repeat(32) }],
      ['WrongTopic', JSON.stringify(house4), 'txn', { [HEADERS.signature]: signature }],
    ];
    const places: string[] = [];
    for (const [, value, kind = 'bids', headers = {}] of cases) {
      const [sent] = await put({ key: auctionNo(5), value, headers }, kind);
      places.push(`${topic(kind)}/${sent?.partition}/${sent?.baseOffset}`);
    }
    await put({ key: auctionNo(5), value: JSON.stringify(good()) });
    await eventually('the good bid behind them', async () => (await events(5)).includes('BidPlaced'), 30_000);

    const letters = new Map<string, string>();
    const kept: string[] = [];
    const reader = client.consumer({ groupId: `${settings.kafka.prefix}dlq-test` });
    await reader.connect();
    await reader.subscribe({ topics: [topic('dlq')], fromBeginning: true });
    await reader.run({
      eachMessage: async ({ message }) => {
        const letter = deadLetterSchema.parse(JSON.parse(message.value?.toString() ?? ''));
        letters.set(message.key?.toString() ?? '', letter.reason);
        kept.push(Buffer.from(letter.value ?? '', 'base64').toString());
      },
    });
    await eventually('a letter for each', () => places.every((place) => letters.has(place)), 60_000);
    expect(places.map((place) => letters.get(place))).toEqual(cases.map(([reason]) => reason));
    await reader.disconnect();
    // Whoever reads dead letters must not be able to bid in somebody's name.
    for (const token of Object.values(tokens)) expect(kept.join('\n')).not.toContain(token);
    expect(kept.join('\n')).toContain('"token":"(removed)"');
    const [notAllowed = ''] = places.slice(10, 11);
    const withoutToken = (await deadLettersHere()?.list(notAllowed)) ?? [];
    await expect(deadLettersHere()?.replay(withoutToken)).rejects.toThrow(
      `${notAllowed} came with a token, which dead letters do not keep: its sender has to send it again under the same command id`,
    );
  });

  it('does not believe an answer without its signature', async () => {
    const reader = client.consumer({ groupId: `${settings.kafka.prefix}outcomes-test` });
    const answers: kafkajs.KafkaMessage[] = [];
    await reader.connect();
    await reader.subscribe({ topics: [topic('outcomes')], fromBeginning: true });
    await reader.run({ eachMessage: async ({ message }) => void answers.push(message) });
    expect((await list(18)).status).toBe(201);
    await eventually('the answer', () => answers.some(({ value }) => value?.includes(auctionNo(18)) === true), 60_000);
    await reader.disconnect();
    const signer = new MessageSigner(signingKey);
    expect(answers.filter((message) => !signer.signed(message, 'outcomes'))).toEqual([]);
    // Somebody who may write to the topic guesses the next questions' numbers, and answers them first.
    const [{ node, answers: told }] = answers.map(({ value }) => JSON.parse(String(value))).slice(-1);
    const last = Math.max(...told.map(({ seq }: { seq: number }) => seq));
    const commandId = runtime.uuid();
    const outcome = { status: 'fault', code: 'Forged', message: 'forged', retryable: false };
    const forged = Array.from({ length: 50 }, (_, i) => ({ seq: last + 1 + i, commandId, outcome }));
    const value = `{"v":1,"node":${JSON.stringify(node)},"answers":${JSON.stringify(forged)}}`;
    const bids = Array.from({ length: 20 }, (_, i) => i);
    const replies = bids.map(async (i) => {
      await foreign.send({
        topic: topic('outcomes'),
        messages: PARTITIONS.map((partition) => ({ partition, key: node, value })),
      });
      return api.post(`/auctions/${auctionNo(18)}/bids`, tokens['ann'] ?? '', {
        ...(i === 0 && { commandId }),
        amount: `${2_000 + i * 500}`,
        currency: 'USD',
      });
    });
    for (const reply of await Promise.all(replies)) expect(JSON.stringify(reply.body)).not.toContain('Forged');
  });

  it('judges a letter that somebody else has written by the broker’s stamp, not by what it says', async () => {
    expect((await list(19)).status).toBe(201);
    const bid = { ...bidMessage(19, tokens['bob'] ?? '', '2000') };
    const place = { topic: topic('bids'), partition: 0, offset: '999999' };
    const letter = {
      ...{ v: 1, reason: 'CannotBeJudged', detail: 'x', ...place, arrivedAt: 1_000, key: null, headers: {} },
      value: Buffer.from(JSON.stringify(bid)).toString('base64'),
    };
    const [sent] = await put({ key: `${place.topic}/0/999999`, value: JSON.stringify(letter) }, 'dlq');
    const letters = deadLettersHere();
    const [found] = (await letters?.list(`${place.topic}/0/999999`)) ?? [];
    expect(found?.arrivedAt).toBe(Number(sent?.logAppendTime));
    if (found !== undefined) await letters?.replay([found]);
    await eventually('the bid', async () => (await events(19)).includes('BidPlaced'), 30_000);
    const [, placed] = await house.journal.readStream(auctionStream(auctionNo(19)), 0, 10);
    expect(placed?.kind === 'event' && placed.event.type === 'BidPlaced' && placed.event.placedAt).toBe(
      Number(sent?.logAppendTime),
    );
  });

  it('sends a dead letter again when its cause is mended, judged by its first arrival', async () => {
    expect((await list(6)).status).toBe(201);
    // A token of somebody who may not bid; then the house changes its mind about what the message says.
    const message = bidMessage(6, 'a.b.c', '2000');
    const [sent] = await put({ key: auctionNo(6), value: JSON.stringify(message) });
    const place = `${topic('bids')}/${sent?.partition}/${sent?.baseOffset}`;
    const letters = deadLettersHere();
    const found = async () => (await letters?.list(place)) ?? [];
    await eventually('the letter', async () => (await found()).length === 1, 60_000);
    const [letter] = await found();
    expect(letter).toMatchObject({ reason: 'NotAuthenticated', topic: topic('bids'), offset: sent?.baseOffset });
    const mended = Buffer.from(JSON.stringify({ ...message, token: tokens['bob'] })).toString('base64');
    if (letter !== undefined) await letters?.replay([{ ...letter, value: mended }]);
    await eventually('the bid', async () => (await events(6)).includes('BidPlaced'), 30_000);
    const [, bid] = await house.journal.readStream(auctionStream(auctionNo(6)), 0, 10);
    expect(bid?.kind === 'event' && bid.event.type === 'BidPlaced' && bid.event.placedAt).toBe(
      Number(sent?.logAppendTime),
    );
    expect(await found()).toEqual([]);
  });

  describe('a till', () => {
    const payment = (n: number, more: object = {}, by = 'op') => ({
      v: 1,
      commandId: runtime.uuid(),
      token: tokens[by],
      request: {
        type: 'RecordPayment',
        auctionId: auctionNo(n),
        transactionNumber: 1,
        reference: `till-4/${n}`,
        amount: '5750',
        currency: 'USD',
        ...more,
      },
    });
    const ring = (n: number, message: object) => put({ key: auctionNo(n), value: JSON.stringify(message) }, 'txn');
    const placeOf = ([sent]: readonly kafkajs.RecordMetadata[]) =>
      `${topic('txn')}/${sent?.partition}/${sent?.baseOffset}`;
    /** Ann buys at 50.00, which makes 57.50 with the buyer's premium. */
    const soldToAnn = async (n: number): Promise<void> => {
      expect((await list(n, { buyNowPrice: '5000' })).status).toBe(201);
      const bought = await api.post(`/auctions/${auctionNo(n)}/buy-now`, tokens['ann'] ?? '', {});
      expect(bought.body).toMatchObject({ outcome: 'accepted', sale: { amountDue: '5750' } });
    };
    const answerTo = async (commandId: string) => (await api.get(`/commands/${commandId}`, tokens['op'])).body;
    const paymentStatus = async (n: number) => {
      const { rows } = await house.pool.query(
        'SELECT payment_status, is_completed FROM silver.transactions WHERE auction_id = $1',
        [auctionNo(n)],
      );
      return rows[0]?.payment_status;
    };
    const shown = async (place: string): Promise<string[]> => {
      const lines: string[] = [];
      const program = new Command().exitOverride();
      registerDlq(program, {
        withStores: () => Promise.reject(new Error('no stream was asked for')),
        projections: [],
        runtime,
        deadLetters: deadLettersHere,
        print: (line) => lines.push(line),
        fail: () => undefined,
      });
      await program.parseAsync(['dlq', 'show', place], { from: 'user' });
      return lines;
    };

    it('pays an invoice, and once however often it says so', async () => {
      await soldToAnn(7);
      const message = payment(7);
      await ring(7, message);
      // The same message again, as a till sends it that was not sure; and the same payment by another command.
      await ring(7, message);
      const again = payment(7);
      await ring(7, again);
      await eventually(
        'the last answer',
        async () => (await answerTo(again.commandId))?.outcome === 'rejected',
        30_000,
      );
      expect(await answerTo(again.commandId)).toMatchObject({ reason: 'AlreadyRecorded' });
      expect(await answerTo(message.commandId)).toMatchObject({ outcome: 'accepted' });
      expect((await events(7)).filter((type) => type === 'PaymentRecorded')).toHaveLength(1);
      await eventually('Silver to know', async () => (await paymentStatus(7)) === 'paid', 30_000);
    });

    it('tells of a payment that failed, and of one given back', async () => {
      await soldToAnn(8);
      const { amount: _, currency: __, ...about } = payment(8).request;
      const failed = payment(8);
      await ring(8, {
        ...failed,
        request: { ...about, type: 'RecordPaymentFailure', reference: 'card-1', reason: 'Declined' },
      });
      await ring(8, payment(8));
      await ring(8, {
        ...payment(8),
        request: { ...about, type: 'RefundPayment', reference: 'back-1', reason: 'Returned' },
      });
      await eventually('the refund', async () => (await events(8)).includes('PaymentRefunded'), 30_000);
      expect((await events(8)).slice(-3)).toEqual(['PaymentFailed', 'PaymentRecorded', 'PaymentRefunded']);
      await eventually('Silver to know', async () => (await paymentStatus(8)) === 'refunded', 30_000);
    });

    it('is refused where it says too little, or may not record money, and gavel dlq tells why', async () => {
      await soldToAnn(9);
      const byTheBuyer = placeOf(await ring(9, payment(9, {}, 'ann')));
      const bySeller = placeOf(await ring(9, payment(9, {}, 'sue')));
      const malformed = placeOf(await ring(9, payment(9, { amount: '57.50' })));
      const wrongSum = payment(9, { amount: '5749' });
      await ring(9, wrongSum);
      await ring(9, payment(9));
      await eventually(
        'the good payment behind them',
        async () => (await events(9)).includes('PaymentRecorded'),
        30_000,
      );
      // A wrong sum is a refusal, as it is over REST: it is answered, and no dead letter.
      expect(await answerTo(wrongSum.commandId)).toMatchObject({ reason: 'PaymentAmountWrong', amountDue: '5750' });
      const notAllowed = 'RecordPayment is not open to the roles of this token';
      expect(await shown(byTheBuyer)).toEqual([
        expect.stringContaining(`${byTheBuyer}  NotAllowed`),
        `  ${notAllowed}`,
      ]);
      expect((await shown(bySeller))[0]).toContain('NotAllowed');
      expect(await shown(malformed)).toEqual([
        expect.stringContaining(`${malformed}  Malformed`),
        expect.stringContaining('"request.amount": must be whole minor units'),
      ]);
    });
  });
});
