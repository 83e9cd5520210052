// What an auction keeps of the talk about it: what the rules need, and no texts. All of it is bounded.
import type { UserId } from '../ids.js';
import type { Instant } from '../time.js';
import type { FeedbackSide } from './talk.events.js';

/** Question n is the n-th. */
export type Question = Readonly<{ askerId: UserId; askedAt: Instant; isAnswered: boolean; isHidden: boolean }>;

export type Feedback = Readonly<{
  transactionNumber: number;
  side: FeedbackSide;
  aboutId: UserId;
  isReplied: boolean;
  isHidden: boolean;
}>;

export type Talk = Readonly<{ questions: readonly Question[]; feedback: readonly Feedback[] }>;

/** One object for all auctions that nobody talks about. */
export const noTalk: Talk = { questions: [], feedback: [] };
