// A small marketplace, played by HTTP clients against a whole house, and what Silver then holds.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { makePlan } from '../../src/generator/draw-plan.js';
import { HttpSender } from '../../src/generator/http.sender.js';
import type { Plan } from '../../src/generator/plan.js';
import { answerLines } from '../../src/generator/plan-lines.js';
import { type PlayReport, playPlan, requestsOf } from '../../src/generator/play-plan.js';
import { refusalsIn } from '../../src/generator/tally.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';

const options = { seed: 'it', users: 40, items: 24, bids: 400, profile: 'card', fraudPercent: 25 } as const;
const plan = makePlan(options);

let house: ApiHouse;
beforeAll(async () => {
  house = await ApiHouse.open();
});
afterAll(() => house.close());

const senderTo = (url: string): HttpSender =>
  new HttpSender({ url: new URL(url), runtime, tokenOf: ({ userId: id }) => tokenFor(userId(id), 'bidder', 'seller') });

function play(
  what: Plan,
  stop = new AbortController(),
  progress = (_: number): void => undefined,
): Promise<PlayReport> {
  const sender = senderTo(house.http.url);
  return playPlan({ plan: what, sender, runtime, rate: 500, durationMs: 20_000, stop: stop.signal, progress });
}

async function rowsOf<Row extends object>(sql: string): Promise<readonly Row[]> {
  const { rows } = await house.house.pool.query<Row>(sql);
  return rows;
}

describe('a played plan', () => {
  let report: PlayReport;
  const done: number[] = [];
  beforeAll(async () => {
    report = await play(plan, new AbortController(), (count) => done.push(count));
    await house.caughtUp();
  }, 120_000);

  it('has an answer to every request and no fault', () => {
    expect({ end: report.end, faults: report.tally.faults }).toEqual({ end: 'done', faults: 0 });
    expect(report.tally.total + report.notSent).toBe(requestsOf(plan));
    expect(done.at(-1)).toBe(requestsOf(plan));
    expect([...done].sort((a, b) => a - b)).toEqual(done);
  });

  it('is in Silver: its people, its auctions, and every bid that was taken or refused', async () => {
    // Silver keeps usernames encrypted; the house opens them for whoever asks.
    const users = await rowsOf<{ id: string }>('SELECT user_id AS id FROM silver.users');
    const named = await Promise.all(
      users.map(async ({ id }) => [id, (await house.http.get(`/users/${id}`)).body.username] as const),
    );
    expect(new Map(named)).toEqual(new Map(plan.people.map(({ userId: id, username }) => [id, username])));
    const items = await rowsOf<{ id: string; title: string; category: string }>(
      'SELECT item_id AS id, title, category FROM silver.items',
    );
    const planned = new Map(plan.auctions.map(({ auctionId, title, category }) => [auctionId, { title, category }]));
    for (const { id, ...item } of items) expect(item).toEqual(planned.get(id));
    // On a machine that is busy a listing may arrive when its short auction would be over.
    expect(items).toHaveLength(report.tally.of('list').accepted);
    expect(items.length).toBeGreaterThan(0);
    const bids = report.tally.of('bid');
    const [counted] = await rowsOf<{ taken: string; refused: string }>(
      'SELECT (SELECT count(*) FROM silver.bids) AS taken, (SELECT count(*) FROM silver.rejected_bids) AS refused',
    );
    expect(counted).toEqual({ taken: String(bids.accepted), refused: String(refusalsIn(bids)) });
    expect(bids.accepted).toBeGreaterThan(0);
    const retractions = plan.auctions.flatMap(({ moves }) => moves).length - options.bids;
    const sent = bids.accepted + refusalsIn(bids) + refusalsIn(report.tally.of('retraction'));
    expect(sent + report.tally.of('retraction').accepted + report.notSent).toBe(options.bids + retractions);
  });

  it('marks the same moves as the plan, and tells what became of each', async () => {
    const answers = [...answerLines(plan, (entry) => report.results.get(entry) ?? null)].map((line) =>
      JSON.parse(line),
    );
    expect(answers.length).toBeGreaterThan(8);
    for (const { kind, auctionId, bidderId, bidNumber, outcome } of answers) {
      if (kind !== 'bid' || outcome !== 'accepted') continue;
      const rows = await rowsOf(
        `SELECT FROM silver.bids WHERE auction_id = '${auctionId}' AND bidder_id = '${bidderId}' AND bid_number = ${bidNumber}`,
      );
      expect(rows).toHaveLength(1);
    }
    expect(new Set(answers.map(({ outcome }) => outcome))).not.toContain(undefined);
  });

  it('ends with every auction closed', async () => {
    await eventually('the last auction to close', async () => {
      const [row] = await rowsOf<{ open: string }>(
        "SELECT count(*) AS open FROM silver.auctions WHERE status = 'open'",
      );
      return row?.open === '0';
    });
  });

  it('cannot be played twice: the house knows its auctions', async () => {
    const again = await play(plan);
    expect(again.end).toBe('already listed');
    expect(again.tally.of('register').refused).toEqual(new Map([['UserAlreadyRegistered', options.users]]));
    expect(again.tally.of('list').accepted).toBe(0);
  });
});

it('stops when asked to, with what it has', async () => {
  const stop = new AbortController();
  const other = makePlan({ ...options, seed: 'other' });
  const report = await play(other, stop, (done) => {
    if (done >= 60) stop.abort();
  });
  expect(report.end).toBe('stopped');
  expect(report.tally.total).toBeGreaterThanOrEqual(60);
  expect(report.tally.total).toBeLessThan(requestsOf(other));
});

it('ends when the house is gone', async () => {
  const gone = senderTo('http://127.0.0.1:1');
  const many = makePlan({ ...options, users: 100 });
  const stop = new AbortController().signal;
  const report = await playPlan({
    plan: many,
    sender: gone,
    runtime,
    rate: 1_000,
    durationMs: 10_000,
    stop,
    progress: () => undefined,
  });
  expect(report.end).toBe('house gone');
  expect([...report.tally.faultMessages.keys()].join()).toMatch(/ECONNREFUSED|bad port/);
});
