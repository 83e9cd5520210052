// What is told of bids over HTTP: how many are accepted a second, and how long answers take.
import type { HttpTally } from './http-load.js';
import { median, ratio } from './statistics.js';

/** Accepted bids a second; milliseconds from the sending of a bid to its answer. */
export type HttpFigure = Readonly<{ rate: number; p50: number; p99: number }>;

/** Of 2,000 auctions and of one. */
export type HttpFigures = Readonly<{ spread: HttpFigure; hot: HttpFigure }>;

/** Medians of the runs of one figure. */
export const httpFigure = (runs: readonly (HttpTally & Readonly<{ tookMs: number }>)[]): HttpFigure => ({
  rate: Math.round(median(runs.map(({ accepted, tookMs }) => (accepted * 1_000) / tookMs))),
  p50: median(runs.map(({ p50Ms }) => p50Ms)),
  p99: median(runs.map(({ p99Ms }) => p99Ms)),
});

/** Ours beside theirs, as the bench prints it. */
export const httpCompared = (ours: HttpFigures, theirs: HttpFigures) => ({
  spread: besides(ours.spread, theirs.spread),
  hot: besides(ours.hot, theirs.hot),
});

const besides = ({ rate: gavel, p50, p99 }: HttpFigure, theirs: HttpFigure) => ({
  gavel,
  rowLock: theirs.rate,
  ratio: ratio(gavel, theirs.rate),
  p50,
  p99,
  rowLockP50: theirs.p50,
  rowLockP99: theirs.p99,
});
