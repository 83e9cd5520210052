// The facts of a fraud case, each in the case's own stream, `case-<id>`. Scores open cases; people decide them. No score is a
// verdict, and no fact here changes a bid, a user or an auction.
import type { UserId } from '../ids.js';
import type { Instant } from '../time.js';
import type { Factor, Signal } from './fraud-model.js';

/** What speaks against one account in the auctions of one seller. It names factors, never an amount. */
export type Evidence = Readonly<{
  bidderId: UserId;
  /** The seller's auctions in which a bid of the account was flagged. The measure by which evidence grows. */
  flaggedAuctions: number;
  /** The seller's auctions in which the account bid. */
  auctions: number;
  /** What keeping to this seller added to the logits, summed over the seller's auctions. */
  concentration: number;
  /** The highest score, from 0 to 1. */
  score: number;
  /** The factors that add most to that score, the largest first. */
  reasons: readonly (Factor | Signal)[];
}>;

/** How two accounts of a case hang together: in how many of the seller's auctions both bid, and in how many only one did. */
export type Bond = Readonly<{ first: UserId; second: UserId; together: number; apart: number }>;

/** `accounts` are those that the case did not know of, or that have grown enough since people decided. */
export type FraudCaseOpened = Readonly<{
  type: 'FraudCaseOpened';
  sellerId: UserId;
  modelVersion: number;
  accounts: readonly Evidence[];
  bonds: readonly Bond[];
  openedAt: Instant;
}>;

/** A bidder whom no score has flagged, drawn at random for review: what people find among these, the scores have missed. */
export type FraudSampleDrawn = Readonly<{
  type: 'FraudSampleDrawn';
  sellerId: UserId;
  modelVersion: number;
  accounts: readonly Evidence[];
  drawnAt: Instant;
}>;

/** `accounts` are those that are new or have grown, as they stand now; `bonds` are all that are known. */
export type FraudCaseEvidenceGrown = Readonly<{
  type: 'FraudCaseEvidenceGrown';
  modelVersion: number;
  accounts: readonly Evidence[];
  bonds: readonly Bond[];
  grownAt: Instant;
}>;

export type FraudCaseAssigned = Readonly<{
  type: 'FraudCaseAssigned';
  assigneeId: UserId;
  assignedBy: UserId | null;
  assignedAt: Instant;
}>;

export type FraudCaseNoted = Readonly<{
  type: 'FraudCaseNoted';
  note: string;
  notedBy: UserId | null;
  notedAt: Instant;
}>;

/** From `reopensAt` flagged auctions on the case takes notice of this account again. */
export type Mute = Readonly<{ bidderId: UserId; reopensAt: number }>;

/** Nothing to it. */
export type FraudCaseDismissed = Readonly<{
  type: 'FraudCaseDismissed';
  reason: string;
  mutes: readonly Mute[];
  dismissedBy: UserId | null;
  dismissedAt: Instant;
}>;

/** It is fraud, a person says. What follows from it are commands of their own. */
export type FraudCaseConfirmed = Readonly<{
  type: 'FraudCaseConfirmed';
  reason: string;
  mutes: readonly Mute[];
  confirmedBy: UserId | null;
  confirmedAt: Instant;
}>;

export type FraudCaseEvent =
  | FraudCaseOpened
  | FraudSampleDrawn
  | FraudCaseEvidenceGrown
  | FraudCaseAssigned
  | FraudCaseNoted
  | FraudCaseDismissed
  | FraudCaseConfirmed;

/** True for what a case's own stream records. */
export const isFraudCaseEvent = (event: Readonly<{ type: string }>): event is FraudCaseEvent =>
  event.type.startsWith('Fraud');
