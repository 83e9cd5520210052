// News that are for one person alone: that person hears them, once, and nobody else does.
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuctionId, UserId } from '../../src/domain/ids.js';
import type { Minor } from '../../src/domain/money.js';
import { later } from '../../src/domain/time.js';
import type { PersonalEvent, PersonalFact } from '../../src/feed/facts/personal-facts.js';
import type { PublicFact } from '../../src/feed/facts/public-facts.js';
import { LiveNews, type News } from '../../src/live/news.queries.js';
import { silentLog } from '../../src/runtime/log.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { ann, auctionNo, bob, cid, noon, sue } from '../support/memory-house.js';

const [clock, lamp] = [auctionNo(1), auctionNo(2)];
const TICK_MS = 25;
const RETRY_MS = 500;
const WEEK_MS = 7 * 86_400_000;

const INVOICED = {
  kind: 'Invoiced',
  transactionNumber: 1,
  currency: 'USD',
  amountDue: 11_50n as Minor,
  paymentDueAt: later(noon, WEEK_MS),
} as const;
const PAID = { kind: 'Paid', transactionNumber: 1, currency: 'USD', amount: 11_50n as Minor } as const;
const OFFERED = {
  kind: 'Offered',
  offerNumber: 1,
  currency: 'USD',
  offeredPrice: 9_00n as Minor,
  expiresAt: later(noon, 86_400_000),
} as const;

let runtime: ManualRuntime;
let news: LiveNews;
/** What the journal tells one person, by auction and revision. */
let told: Map<string, PersonalFact>;
let lookedUp: string[];
let failures: number;
let heard: Map<UserId, News[]>;

beforeEach(() => {
  runtime = new ManualRuntime(noon);
  [told, lookedUp, failures, heard] = [new Map(), [], 0, new Map()];
  news = new LiveNews({
    silver: { auction: async () => null, concerns: async () => [] },
    personalFacts: async (auctionId, revision) => {
      lookedUp.push(`${auctionId} ${revision}`);
      if (failures > 0) {
        failures -= 1;
        throw new Error('the journal is out of reach');
      }
      return told.get(`${auctionId} ${revision}`) ?? null;
    },
    runtime,
    log: silentLog,
    settings: { tickMs: TICK_MS, auctionsMax: 10, bytesMax: 1_048_576 },
  });
});

async function listen(...people: readonly UserId[]): Promise<void> {
  for (const one of people) {
    heard.set(one, []);
    await news.listen(one, (some) => heard.get(one)?.push(...some));
  }
}

/** Something undisclosed happens, which tells this person this, or nobody anything. */
function undisclosed(auctionId: AuctionId, revision: number, userId?: UserId, event?: PersonalEvent): PublicFact {
  const about = { auctionId, revision, occurredAt: noon };
  if (userId !== undefined && event !== undefined) told.set(`${auctionId} ${revision}`, { userId, ...about, event });
  return { ...about, recordedAt: noon, event: { type: 'Undisclosed' } };
}

/** Lets what is under way come to its end, and a tick pass. */
async function settle(ms = TICK_MS): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await runtime.yield();
  runtime.advanceBy(ms);
  for (let turn = 0; turn < 5; turn++) await runtime.yield();
}

const about = (revision: number) => ({ auctionId: clock, revision, at: noon });

describe('after the hammer', () => {
  it.each([
    ['an invoice', INVOICED],
    ['a payment', PAID],
    ['a second chance', OFFERED],
  ])('%s is told to its person, and to nobody else', async (_, event) => {
    await listen(ann, bob, sue);
    news.take([undisclosed(clock, 7, ann, event)]);
    await settle();
    expect(heard).toEqual(
      new Map([
        [ann, [{ ...about(7), ...event }]],
        [bob, []],
        [sue, []],
      ]),
    );
  });

  it('tells each person the own news of one tick, in the order in which they happened', async () => {
    await listen(ann, bob);
    news.take([undisclosed(clock, 7, ann, INVOICED), undisclosed(clock, 8), undisclosed(clock, 9, ann, PAID)]);
    news.take([undisclosed(lamp, 4, bob, OFFERED)]);
    await settle();
    expect(heard.get(ann)?.map(({ kind, revision }) => [kind, revision])).toEqual([
      ['Invoiced', 7],
      ['Paid', 9],
    ]);
    expect(heard.get(bob)?.map(({ kind, auctionId }) => [kind, auctionId])).toEqual([['Offered', lamp]]);
  });

  it('tells a fact that comes twice once', async () => {
    await listen(ann);
    const invoice = undisclosed(clock, 7, ann, INVOICED);
    news.take([invoice]);
    await settle();
    news.take([invoice, undisclosed(clock, 6, ann, PAID)]);
    await settle();
    expect(heard.get(ann)).toHaveLength(1);
    expect(lookedUp).toEqual([`${clock} 7`]);
  });

  it('looks nothing up while nobody listens, and tells somebody who has left nothing', async () => {
    news.take([undisclosed(clock, 7, ann, INVOICED)]);
    await settle();
    expect(lookedUp).toEqual([]);
    const leave = await news.listen(ann, (some) => heard.set(ann, [...some]));
    news.take([undisclosed(clock, 8, ann, PAID)]);
    leave();
    await settle();
    expect(heard.size).toBe(0);
    expect(news.size()).toEqual({ people: 0, auctions: 0 });
  });

  it('looks up again what could not be had, and tells what came behind it later', async () => {
    await listen(ann, cid);
    failures = 1;
    news.take([undisclosed(clock, 7, ann, INVOICED), undisclosed(lamp, 4, cid, OFFERED)]);
    await settle();
    expect([...heard.values()]).toEqual([[], []]);
    await settle(RETRY_MS);
    await settle();
    expect([...heard.values()].map((some) => some.map(({ kind }) => kind))).toEqual([['Invoiced'], ['Offered']]);
  });

  it('leaves out what cannot be had at all, and goes on with what follows', async () => {
    await listen(ann);
    failures = 20;
    news.take([undisclosed(clock, 7, ann, INVOICED)]);
    for (let tries = 0; tries < 20; tries++) await settle(RETRY_MS);
    expect(lookedUp).toHaveLength(20);
    news.take([undisclosed(clock, 8, ann, PAID)]);
    await settle();
    expect(heard.get(ann)?.map(({ kind }) => kind)).toEqual(['Paid']);
  });
});
