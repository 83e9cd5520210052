// A bid in OpenTelemetry traces: from the request through bus, engine, journal and Silver to the socket of somebody who watches.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Role } from '../../src/domain/actor.js';
import { type CommandId, commandId, type UserId, userId } from '../../src/domain/ids.js';
import { openTraces, tracedBus, tracedJournal, tracedProjection } from '../../src/house/traces.js';
import type { Undo } from '../../src/house/undoable.js';
import { silverProjection } from '../../src/projections/silver/silver.projection.js';
import type { Traces } from '../../src/runtime/traces.js';
import { ApiHouse, runtime, scriptedBus, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { type OtlpServer, startOtlpServer, type TakenSpan } from '../support/otlp-server.js';
import { BareSocket } from '../support/watcher.js';

type Person = Readonly<{ id: UserId; token: string }>;

let collector: OtlpServer;
let traces: Traces;
let house: ApiHouse;
let [ann, auctionId] = [{} as Person, ''];
const undo: Undo[] = [];

async function registered(...roles: Role[]): Promise<Person> {
  const id = userId(runtime.uuid());
  const token = await tokenFor(id, ...roles);
  expect((await house.http.post('/users', token, { username: 'somebody' })).status).toBe(201);
  return { id, token };
}

const opened = async (share: number): Promise<Traces> => {
  const made = await openTraces({ traces: { url: collector.url, share } }, { role: 'test', runtime }, undo);
  if (made === null) throw new Error('traces were asked for');
  return made;
};

beforeAll(async () => {
  collector = await startOtlpServer();
  traces = await opened(1);
  house = await ApiHouse.open({ traces });
  const sue = await registered('seller');
  ann = await registered('bidder');
  const { body } = await house.http.post('/auctions', sue.token, {
    item: { title: 'A clock', category: 'Clocks' },
    terms: { currency: 'USD', startingPrice: '1000' },
    durationMs: 86_400_000,
  });
  auctionId = body.auctionId;
}, 60_000);
afterAll(async () => {
  await house?.close();
  for (const one of undo.reverse()) await one();
  await collector?.stop();
});

const traceOf = (id: string): readonly TakenSpan[] =>
  collector.spans.filter(({ traceId }) => traceId === id.replaceAll('-', ''));

it('follows a bid through every part, as one trace that bears the command’s id', async () => {
  const socket = await BareSocket.ready(house.http.url, ann.token);
  let [bid, changed] = ['', ''];
  try {
    socket.subscribe('price', `subscription { auctionUpdated(id: "${auctionId}") { bidCount } }`);
    await eventually('the first state', () => socket.of('price').length > 0);
    const { status, body } = await house.http.post(`/auctions/${auctionId}/bids`, ann.token, {
      amount: '987654',
      currency: 'USD',
    });
    expect(status).toBe(201);
    bid = body.commandId;
    await eventually('the news of the bid', () => JSON.stringify(socket.of('price')).includes('"bidCount":1'));
    // By GraphQL as well; refused, which is an answer too.
    changed = runtime.uuid();
    const query = 'mutation($input: PlaceBidInput!) { placeBid(input: $input) { __typename } }';
    const input = { auctionId, amount: '1', currency: 'USD', commandId: changed };
    const refused = await house.http.send('POST', '/graphql', {
      token: ann.token,
      body: { query, variables: { input } },
    });
    expect(refused.body.errors).toBeUndefined();
    await house.caughtUp();
  } finally {
    socket.socket.terminate();
  }
  await traces.close();

  const spans = traceOf(bid);
  const [root] = spans.filter(({ parentSpanId }) => parentSpanId === null);
  expect(root).toMatchObject({
    service: 'gavel-test',
    name: 'POST /auctions/:auctionId/bids',
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/auctions/:auctionId/bids',
      'http.response.status_code': 201,
    },
  });
  expect(spans.map(({ name }) => name).sort()).toEqual(
    ['POST /auctions/:auctionId/bids', 'bus', 'engine', 'journal', 'queue', 'silver', 'socket'].sort(),
  );
  for (const span of spans) {
    expect(span.endNs).toBeGreaterThanOrEqual(span.startNs);
    if (span !== root) expect([span.name, span.parentSpanId]).toEqual([span.name, root?.spanId]);
  }
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  const named = new Map(spans.map((span) => [span.name, span]));
  expect(named.get('bus')?.attributes).toEqual({ 'gavel.command': 'PlaceBid', 'gavel.outcome': 'accepted' });
  expect(named.get('journal')?.startNs).toBeGreaterThanOrEqual(named.get('engine')?.startNs ?? 0n);
  expect(named.get('journal')?.endNs).toBeLessThanOrEqual(named.get('engine')?.endNs ?? 0n);

  const refusal = traceOf(changed);
  expect(refusal.map(({ name }) => name).sort()).toEqual(
    ['POST /graphql', 'bus', 'engine', 'journal', 'queue', 'silver'].sort(),
  );
  expect(refusal.find(({ name }) => name === 'bus')?.attributes).toMatchObject({ 'gavel.outcome': 'rejected' });

  // Nobody's amount, name or token leaves by this road.
  const sent = collector.bodies.join();
  for (const secret of ['987654', 'somebody', 'A clock', ann.token]) expect(sent).not.toContain(secret);
}, 60_000);

it('follows the share of commands that is asked for, the same ones in every process', async () => {
  const ids = Array.from({ length: 2_000 }, () => commandId(runtime.uuid()));
  const [one, other, all] = [await opened(0.25), await opened(0.25), await opened(1)];
  const followed = ids.filter((id) => one.follows(id));
  expect(ids.filter((id) => other.follows(id))).toEqual(followed);
  expect(followed.length).toBeGreaterThan(300);
  expect(followed.length).toBeLessThan(700);
  expect(ids.every((id) => all.follows(id))).toBe(true);
  expect(all.follows(null)).toBe(false);
  const ending = (hex: string): CommandId => commandId(`0190000f-0000-7000-8000-0000${hex}`);
  expect([one.follows(ending('3fffffff')), one.follows(ending('40000000'))]).toEqual([true, false]);
});

it('wraps nothing where nobody collects', async () => {
  expect(await openTraces({ traces: null }, { role: 'test', runtime }, undo)).toBeNull();
  const bus = scriptedBus(() => Promise.reject(new Error('no command was expected')));
  expect(tracedBus(bus, null)).toBe(bus);
  expect(tracedJournal(house.house.journal, null)).toBe(house.house.journal);
  const silver = silverProjection();
  expect(tracedProjection(silver, null)).toBe(silver);
});
