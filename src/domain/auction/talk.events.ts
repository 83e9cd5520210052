// What people say to each other about an auction: questions to the seller while it lasts, and feedback once the sale is settled.
import type { UserId } from '../ids.js';
import type { Instant } from '../time.js';

/** Each is for everybody, but a question: it is for the seller, its asker and staff until it is answered. */
export type QuestionAsked = Readonly<{
  type: 'QuestionAsked';
  /** From 1 in its auction. */
  questionNumber: number;
  askerId: UserId;
  text: string;
  askedAt: Instant;
}>;

/** By the seller. From now on question and answer are for everybody. */
export type QuestionAnswered = Readonly<{
  type: 'QuestionAnswered';
  questionNumber: number;
  askerId: UserId;
  text: string;
  answeredAt: Instant;
}>;

/** Staff took it out of sight. `reason` is for staff and who wrote it. */
export type QuestionHidden = Readonly<{
  type: 'QuestionHidden';
  questionNumber: number;
  reason: string;
  hiddenBy: UserId | null;
  hiddenAt: Instant;
}>;

/** Who gives it: the buyer about the seller, or the other way round. */
export type FeedbackSide = 'buyer' | 'seller';
export type FeedbackRating = 'positive' | 'neutral' | 'negative';

export type FeedbackGiven = Readonly<{
  type: 'FeedbackGiven';
  transactionNumber: number;
  side: FeedbackSide;
  giverId: UserId;
  aboutId: UserId;
  rating: FeedbackRating;
  text: string;
  givenAt: Instant;
}>;

/** By who it is about, once. */
export type FeedbackReplied = Readonly<{
  type: 'FeedbackReplied';
  transactionNumber: number;
  side: FeedbackSide;
  text: string;
  repliedAt: Instant;
}>;

/** Staff took it out of sight: it counts in no rating. `reason` is for staff and who wrote it. */
export type FeedbackHidden = Readonly<{
  type: 'FeedbackHidden';
  transactionNumber: number;
  side: FeedbackSide;
  reason: string;
  hiddenBy: UserId | null;
  hiddenAt: Instant;
}>;

export type TalkEvent =
  | QuestionAsked
  | QuestionAnswered
  | QuestionHidden
  | FeedbackGiven
  | FeedbackReplied
  | FeedbackHidden;

const EVENTS: Readonly<Record<TalkEvent['type'], true>> = {
  QuestionAsked: true,
  QuestionAnswered: true,
  QuestionHidden: true,
  FeedbackGiven: true,
  FeedbackReplied: true,
  FeedbackHidden: true,
};

/** True for what people say about an auction. */
export const isTalkEvent = (event: Readonly<{ type: string }>): event is TalkEvent => Object.hasOwn(EVENTS, event.type);
