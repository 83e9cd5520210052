// The reasons for which something is refused that people would say about an auction.
import type { Instant } from '../time.js';

export type TalkRejection =
  | Readonly<{ reason: 'AskerUnknown' | 'AskerSuspended' | 'SellerCannotAsk' | 'TooManyQuestions' }>
  | Readonly<{ reason: 'QuestionUnknown' | 'QuestionAlreadyAnswered' | 'QuestionAlreadyHidden' }>
  /** One asker waits between two questions in one auction; `until` is when the next one is taken. */
  | Readonly<{ reason: 'QuestionTooSoon'; until: Instant }>
  | Readonly<{ reason: 'InvalidTalk'; field: string; problem: string }>
  | Readonly<{ reason: 'TransactionNotSettled' | 'FeedbackAlreadyGiven' | 'SellerFeedbackPositive' }>
  /** `until` is the first instant that is too late. */
  | Readonly<{ reason: 'FeedbackOver'; until: Instant }>
  | Readonly<{ reason: 'FeedbackUnknown' | 'FeedbackAlreadyReplied' | 'FeedbackAlreadyHidden' }>;
