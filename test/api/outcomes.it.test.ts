// Every way in which the bus may end a command, as HTTP; and commands that are not answered in time.
import { afterEach, describe, expect, it } from '@jest/globals';
import type { CommandEnvelope, Outcome } from '../../src/bus/command-bus.js';
import { commandId, userId } from '../../src/domain/ids.js';
import { instant } from '../../src/domain/time.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { heldBus, noQueries, runtime, scriptedBus, settings, TestApi, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';

const ann = userId(runtime.uuid());
const auction = runtime.uuid();
const bid = { amount: '1000', currency: 'USD' };

let http: TestApi;
afterEach(() => http.close());

async function bidAnswered(judge: (envelope: CommandEnvelope) => Promise<Outcome>, body: object = bid, headers = {}) {
  http = await TestApi.start({ bus: scriptedBus(judge) });
  const token = await tokenFor(ann, 'bidder');
  return http.send('POST', `/auctions/${auction}/bids`, { token, body, headers });
}

describe('an outcome', () => {
  it('busy is 503, with seconds to wait in Retry-After', async () => {
    const reply = await bidAnswered(() => Promise.resolve({ status: 'busy', retryAfterMs: 1_200 }));
    expect(reply).toMatchObject({ status: 503, body: { outcome: 'busy', retryAfterMs: 1_200 } });
    expect(reply.headers.get('retry-after')).toBe('2');
  });

  it('throttled is 429', async () => {
    const reply = await bidAnswered(() => Promise.resolve({ status: 'throttled', retryAfterMs: 60_000 }));
    expect(reply).toMatchObject({ status: 429, body: { outcome: 'throttled' } });
    expect(reply.headers.get('retry-after')).toBe('60');
  });

  it('fault is 503 and says whether to try again', async () => {
    const fault = { status: 'fault', code: 'StreamCorrupt', message: 'out of service', retryable: false } as const;
    const reply = await bidAnswered(() => Promise.resolve(fault));
    expect(reply).toMatchObject({ status: 503, body: { outcome: 'fault', code: 'StreamCorrupt', retryable: false } });
  });

  it('that never comes, for the bus itself broke, is a 500 that says nothing', async () => {
    const reply = await bidAnswered(() => Promise.reject(new Error('secret internals at engine.ts:1')));
    expect(reply).toMatchObject({ status: 500, body: { code: 'Internal', requestId: expect.any(String) } });
    expect(reply.text).not.toMatch(/internals|engine/);
    const logged = http.log.lines.filter(({ level }) => level === 'error');
    expect(logged).toMatchObject([
      { fields: { requestId: reply.body.requestId, error: 'secret internals at engine.ts:1' } },
    ]);
  });
});

describe('a command', () => {
  it('carries its id, its sender and the conversation it belongs to', async () => {
    const seen: CommandEnvelope[] = [];
    const id = commandId(runtime.uuid());
    const headers = { 'x-correlation-id': 'till-7:42' };
    await bidAnswered(
      (envelope) => {
        seen.push(envelope);
        return Promise.resolve({ status: 'busy', retryAfterMs: 1 });
      },
      { ...bid, commandId: id },
      headers,
    );
    expect(seen).toEqual([
      {
        command: {
          type: 'PlaceBid',
          auctionId: auction,
          bidderId: ann,
          amount: 1000n,
          currency: 'USD',
          channel: 'online',
        },
        commandId: id,
        actor: { kind: 'user', userId: ann, roles: ['bidder'] },
        correlationId: 'till-7:42',
      },
    ]);
  });

  it('without an id gets a fresh one, and a correlation id that is no id is left out', async () => {
    const seen: CommandEnvelope[] = [];
    const judge = (envelope: CommandEnvelope): Promise<Outcome> => {
      seen.push(envelope);
      return Promise.resolve({ status: 'busy', retryAfterMs: 1 });
    };
    const reply = await bidAnswered(judge, bid, { 'x-correlation-id': 'a b' });
    expect(seen[0]?.correlationId).toBeNull();
    expect(commandId(seen[0]?.commandId ?? '')).toBe(reply.body.commandId);
    const again = await http.post(`/auctions/${auction}/bids`, await tokenFor(ann, 'bidder'), bid);
    expect(again.body.commandId).not.toBe(reply.body.commandId);
  });

  it('that is not answered in time is 202, with the place where its answer will be', async () => {
    const clock = new ManualRuntime(instant(runtime.now()));
    const { bus, answers } = heldBus();
    http = await TestApi.start({ bus, runtime: clock });
    const sent = http.post(`/auctions/${auction}/bids`, await tokenFor(ann, 'bidder'), bid);
    await eventually('the command to reach the bus', () => answers.length === 1);
    clock.advanceBy(http.deps.settings.answerTimeoutMs);
    const reply = await sent;
    expect(reply).toMatchObject({ status: 202, body: { outcome: 'pending' } });
    expect(reply.headers.get('location')).toBe(`/commands/${reply.body.commandId}`);
    answers[0]?.({ status: 'busy', retryAfterMs: 1 });
  });

  it('answered a millisecond before the time is up is answered as it was judged', async () => {
    const clock = new ManualRuntime(instant(runtime.now()));
    const { bus, answers } = heldBus();
    http = await TestApi.start({ bus, runtime: clock });
    const sent = http.post(`/auctions/${auction}/bids`, await tokenFor(ann, 'bidder'), bid);
    await eventually('the command to reach the bus', () => answers.length === 1);
    clock.advanceBy(http.deps.settings.answerTimeoutMs - 1);
    answers[0]?.({ status: 'busy', retryAfterMs: 1 });
    expect((await sent).status).toBe(503);
  });
});

describe('GET /commands/{id}', () => {
  it('asks in the name of its caller only', async () => {
    const asked: unknown[] = [];
    http = await TestApi.start({
      commandLookup: (...question) => {
        asked.push(question);
        return Promise.resolve(null);
      },
    });
    const id = runtime.uuid();
    await http.get(`/commands/${id}`, await tokenFor(ann));
    expect(asked).toEqual([[id, ann]]);
  });
});

describe('a question to a database that is away', () => {
  it.each([
    [{ code: 'ECONNREFUSED' }, 503],
    [{ code: '57P01' }, 503],
    [{ code: '53300' }, 503],
    [new Error('timeout exceeded when trying to connect'), 503],
    [{ code: '42P01', message: 'relation "silver.auctions" does not exist' }, 500],
  ])('that fails with %p is %i', async (error, status) => {
    const queries = { ...noQueries, auctions: () => Promise.reject(error) };
    http = await TestApi.start({ queries });
    const reply = await http.get('/auctions');
    expect(reply.status).toBe(status);
    expect(reply.text).not.toMatch(/silver|relation|ECONN|57P01/);
  });
});

describe('health', () => {
  it('is ready when all parts are, and not when one is not', async () => {
    let ready = true;
    http = await TestApi.start({
      ready: () => Promise.resolve({ journal: { ready: true, detail: 'fine' }, silver: { ready, detail: 'halted' } }),
    });
    expect(await http.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } });
    ready = false;
    // Readiness is worked out once a second.
    await eventually('the house to say so', async () => (await http.get('/health/ready')).status === 503);
    expect(await http.get('/health/ready')).toMatchObject({
      status: 503,
      body: { status: 'error', error: { silver: { status: 'down', detail: 'halted' } } },
    });
    expect((await http.get('/health/live')).status).toBe(200);
  });
});

describe('closing', () => {
  it('answers what is under way, turns new requests away and lets go of the port', async () => {
    const { bus, answers } = heldBus();
    http = await TestApi.start({ bus });
    const sent = http.post(`/auctions/${auction}/bids`, await tokenFor(ann, 'bidder'), bid);
    await eventually('the command to reach the bus', () => answers.length === 1);
    const closed = http.api.close();
    answers[0]?.({ status: 'throttled', retryAfterMs: 1 });
    expect((await sent).status).toBe(429);
    await closed;
    await expect(fetch(`${http.url}/health/live`)).rejects.toThrow('fetch failed');
    expect(http.api.close()).toBe(closed);
  });

  it('does not wait for ever for a command that nobody answers', async () => {
    const { bus, answers } = heldBus();
    http = await TestApi.start({ bus, settings: { ...settings, closeGraceMs: 50 } });
    const sent = http.post(`/auctions/${auction}/bids`, await tokenFor(ann, 'bidder'), bid).catch(() => 'hung up');
    await eventually('the command to reach the bus', () => answers.length === 1);
    await http.api.close();
    expect(await sent).toBe('hung up');
    answers[0]?.({ status: 'busy', retryAfterMs: 1 });
  });
});

it('a port that is taken is told by its code, and nothing is left running', async () => {
  http = await TestApi.start();
  const port = Number(new URL(http.url).port);
  await expect(TestApi.start({ settings: { ...settings, port } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
