// What `gavel generate` says at the end: what was asked for, what came of it, and how true to the plan it was played.

import { isFraud, type Plan, type PlannedMove } from '../../generator/plan.js';
import type { PlayReport } from '../../generator/play-plan.js';
import { requestsOf } from '../../generator/play-plan.js';
import { type Count, refusalsIn } from '../../generator/tally.js';
import { PARTS, type Part, partAt, Squeeze } from '../../generator/timing.js';
import { spanWords } from '../../terminal/progress.js';

const MINUTE_MS = 60_000;

/** What a plan holds, one line each. */
export function planSummary(plan: Plan): readonly string[] {
  const { seed, profile } = plan.options;
  const moves = movesOf(plan);
  const bids = moves.filter((move) => move.kind === 'bid');
  const marks = moves.flatMap(({ mark }) => mark ?? []);
  const fraud = marks.filter(isFraud).length;
  const ofType = (type: string): string => shareOf(bids.filter(({ bidType }) => bidType === type).length, bids.length);
  return [
    `Seed ${seed}, profile ${profile}: ${many(plan.people.length)} people, ${many(plan.auctions.length)} auctions, ${many(bids.length)} bids.`,
    `  bid types    manual ${ofType('manual')}, proxy ${ofType('proxy')}, snipe ${ofType('snipe')}`,
    `  time         ${partShares(moves).join(', ')}`,
    `  fraud        ${many(fraud)} moves are marked, and ${many(marks.length - fraud)} honest ones that look like it`,
  ];
}

/** What a run came to, one line each. */
export function playSummary(plan: Plan, report: PlayReport, longestMs: number): readonly string[] {
  const { tally, tookMs, notSent, lateness, auctionMs } = report;
  const { latency, heldBack, faultMessages } = tally;
  const rate = tally.total / (tookMs / 1_000);
  const end = {
    done: 'Done',
    stopped: 'Stopped',
    'house gone': 'The house answers no more',
    'already listed': 'Stopped',
  };
  const squeeze = new Squeeze(longestMs, Math.min(auctionMs, longestMs));
  return [
    `${end[report.end]} after ${spanWords(tookMs)}: ${many(tally.total)} of ${many(requestsOf(plan))} requests answered, ${rate.toFixed(1)} a second.`,
    `  people       ${countLine(tally.of('register'))}`,
    `  auctions     ${countLine(tally.of('list'))}`,
    `  bids         ${countLine(tally.of('bid'))}`,
    `  retractions  ${countLine(tally.of('retraction'))}`,
    ...(notSent === 0 ? [] : [`  not sent     ${many(notSent)} moves: of auctions not listed, or of refused bids`]),
    `  faults       ${tally.faults === 0 ? 'none' : reasons(faultMessages)}`,
    ...(heldBack.size === 0 ? [] : [`  held back    ${reasons(heldBack)}; sent again`]),
    `  latency      p50 ${ms(latency.percentileMs(0.5))}, p95 ${ms(latency.percentileMs(0.95))}, p99 ${ms(latency.percentileMs(0.99))}, most ${ms(latency.maxMs)}`,
    `  auctions     of days are played in ${spanWords(auctionMs)}; their last minute takes ${spanWords(squeeze.toPlayed(MINUTE_MS))}`,
    `  time         ${achievedShares(report.parts).join(', ')}`,
    `  behind plan  p50 ${ms(lateness.percentileMs(0.5))}, p99 ${ms(lateness.percentileMs(0.99))}, most ${ms(lateness.maxMs)}`,
  ];
}

const movesOf = ({ auctions }: Plan): readonly PlannedMove[] => auctions.flatMap(({ moves }) => moves);

function partShares(moves: readonly PlannedMove[]): readonly string[] {
  const counts = new Map<Part | null, number>();
  for (const { beforeCloseMs } of moves) {
    const part = partAt(beforeCloseMs);
    counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return achievedShares(counts);
}

function achievedShares(counts: ReadonlyMap<Part | null, number>): readonly string[] {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const late = counts.get(null) ?? 0;
  const shares = PARTS.map((part) => `${part} ${shareOf(counts.get(part) ?? 0, total)}`);
  return late === 0 ? shares : [...shares, `after the close ${shareOf(late, total)}`];
}

function countLine(count: Count): string {
  const refused = refusalsIn(count);
  const why = refused === 0 ? '' : ` (${reasons(count.refused)})`;
  return `${many(count.accepted)} accepted, ${many(refused)} refused${why}, ${many(count.faults)} faults`;
}

const reasons = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${many(count)}`)
    .join(', ');

const shareOf = (part: number, total: number): string => `${total === 0 ? 0 : ((part / total) * 100).toFixed(1)} %`;
const many = (count: number): string => count.toLocaleString('en-US');
const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
