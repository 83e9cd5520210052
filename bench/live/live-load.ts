// What the parent tells the load process of the live benchmark, and what comes back.
import type { AuctionId, UserId } from '../../src/domain/ids.js';
import type { Spread } from './spread.js';

export type Phase = Readonly<{
  name: string;
  /** Each watcher has a socket of its own. */
  watchers: number;
  /** Fresh ones, so that the plan of bids begins where the auctions do. */
  auctions: readonly AuctionId[];
  spread: Spread;
  /** Bids a second; null for as many as `connections` bring about, each waiting for its answer. */
  bidsPerSecond: number | null;
  warmUpMs: number;
  forMs: number;
}>;

export type LiveLoad = Readonly<{
  url: string;
  bidders: readonly Readonly<{ id: UserId; token: string }>[];
  connections: number;
  phase: Phase;
}>;

export type PhaseResult = Readonly<{
  p50: number;
  p99: number;
  p999: number;
  acceptedPerSecond: number;
  /** Messages received a second. */
  messagesPerSecond: number;
  errors: number;
  /** What the first errors were. */
  problems: readonly string[];
}>;

export type LiveLoadReport = Readonly<{ result: PhaseResult }> | Readonly<{ problem: string }>;
