// Watchers of one auction who come and go while its state is looked up again.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { alertNews } from '../../../src/api/live/alert-news.js';
import { caseNews } from '../../../src/api/live/case-news.js';
import { type Asked, Topics } from '../../../src/api/live/topics.js';
import type { PublicFact } from '../../../src/feed/facts/public-facts.js';
import { AuctionBehind, CURRENT_WAIT_MAX_MS, LiveAuctions } from '../../../src/live/live.queries.js';
import { listedAuction } from '../../../src/live/live-auction.js';
import { LiveNews } from '../../../src/live/news.queries.js';
import type { AuctionRow } from '../../../src/projections/silver/silver.queries.js';
import { silentLog } from '../../../src/runtime/log.js';
import { ManualRuntime } from '../../../src/runtime/manual.runtime.js';
import { listedFact } from '../../support/listed-fact.js';
import { auctionNo, noon } from '../../support/memory-house.js';

const TICK_MS = 25;
const clock = auctionNo(1);
const row: AuctionRow = listedAuction(clock, listedFact);
const asked: Asked = {
  field: 'auctionUpdated',
  auctionId: clock,
  shape: { root: 'auctionUpdated', fields: new Map([['revision', 'revision']]), key: 'revision' },
  sameAs: 'revision',
};

let runtime: ManualRuntime;
let auctions: LiveAuctions;
let topics: Topics;
/** What Silver answers with, when it does. */
let silver: () => Promise<AuctionRow | null>;
/** The last revision that the journal has. */
let recorded: number;

beforeEach(() => {
  runtime = new ManualRuntime(noon);
  silver = async () => row;
  recorded = 0;
  const settings = { tickMs: TICK_MS, auctionsMax: 10, bytesMax: 134_217_728 };
  const parts = { silver: { auction: () => silver(), concerns: async () => [] }, runtime, log: silentLog, settings };
  auctions = new LiveAuctions({ ...parts, journal: { lastRevision: async () => recorded } });
  const news = new LiveNews({ ...parts, personalFacts: async () => null });
  const schema = buildSchema('type Query { a: Auction } type Auction { revision: Int }');
  const alerts = alertNews({ changed: async () => [] }, { runtime, log: silentLog });
  const cases = caseNews({ casesChanged: async () => [] }, { runtime, log: silentLog });
  topics = new Topics(schema, { auctions, news, alerts, cases }, { runtime, log: silentLog });
});

async function join(told: number[]): Promise<() => void> {
  const leave = await topics.join(asked, {
    tell: (_key, payload) => told.push(JSON.parse(payload).data.auctionUpdated.revision),
  });
  if (leave === null) throw new Error('the auction is known');
  return leave;
}

const undisclosed = (revision: number): PublicFact => ({
  ...{ auctionId: clock, revision, occurredAt: noon, recordedAt: noon },
  event: { type: 'Undisclosed' },
});

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await runtime.yield();
}

/** Something happens, and a tick passes. */
async function happens(revision: number): Promise<void> {
  auctions.take([undisclosed(revision)]);
  await turns();
  runtime.advanceBy(TICK_MS);
  await turns();
}

it('tells whoever joins while the last one of the same question leaves', async () => {
  const [first, second]: [number[], number[]] = [[], []];
  const leave = await join(first);
  const answer = Promise.withResolvers<AuctionRow>();
  silver = () => answer.promise;
  auctions.refresh();
  const joining = join(second);
  leave();
  answer.resolve(row);
  const leaveToo = await joining;
  await happens(1);
  expect({ first, second }).toEqual({ first: [0], second: [0, 1] });
  leaveToo();
  expect([topics.size(), auctions.size().pinned]).toEqual([{ groups: 0, auctions: 0, lists: 0 }, 0]);
});

it('waits for Silver where the journal has what nobody was told of here', async () => {
  const told: number[] = [];
  let asked = 0;
  silver = async () => (asked++ === 0 ? null : row);
  const joining = join(told);
  await turns();
  runtime.advanceBy(TICK_MS);
  const leave = await joining;
  expect({ told, asked }).toEqual({ told: [0], asked: 2 });
  leave();
});

describe('somebody who asks for an auction that Silver does not get', () => {
  /** The last time before the end at which Silver is asked is not earlier than this. */
  const LATE_MS = CURRENT_WAIT_MAX_MS - 2_000;
  let told: number[];
  let joining: Promise<unknown>;
  beforeEach(async () => {
    told = [];
    silver = async () => null;
    joining = join(told).catch((error: unknown) => error);
    await passes(LATE_MS);
  });

  const passes = async (ms: number) => {
    for (let left = ms; left > 0; left -= 10) {
      await runtime.yield();
      runtime.advanceBy(Math.min(10, left));
    }
    await runtime.yield();
  };

  it('is told of it if Silver gets it late', async () => {
    silver = async () => row;
    await passes(CURRENT_WAIT_MAX_MS - LATE_MS - 1);
    expect(told).toEqual([0]);
  });

  it('is refused in the end, and nothing is kept of them', async () => {
    await passes(CURRENT_WAIT_MAX_MS - LATE_MS - 1);
    expect(auctions.size().pinned).toBe(1);
    await passes(1);
    expect(await joining).toBeInstanceOf(AuctionBehind);
    expect([told, topics.size(), auctions.size().pinned]).toEqual([[], { groups: 0, auctions: 0, lists: 0 }, 0]);
  });
});

it('keeps nothing of somebody who asked for an auction that nobody knows', async () => {
  silver = async () => null;
  recorded = -1;
  await expect(join([])).rejects.toThrow('the auction is known');
  expect([topics.size(), auctions.size().pinned]).toEqual([{ groups: 0, auctions: 0, lists: 0 }, 0]);
});
