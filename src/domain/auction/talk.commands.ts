// What may be asked of the talk about an auction.
import type { AuctionId, UserId } from '../ids.js';
import type { FeedbackRating, FeedbackSide } from './talk.events.js';

type OfQuestion<Type extends string> = Readonly<{ type: Type; auctionId: AuctionId; questionNumber: number }>;
type OfTransaction<Type extends string> = Readonly<{ type: Type; auctionId: AuctionId; transactionNumber: number }>;

export type AskQuestion = Readonly<{ type: 'AskQuestion'; auctionId: AuctionId; askerId: UserId; text: string }>;
export type AnswerQuestion = OfQuestion<'AnswerQuestion'> & Readonly<{ text: string }>;
export type HideQuestion = OfQuestion<'HideQuestion'> & Readonly<{ reason: string }>;

export type GiveFeedback = OfTransaction<'GiveFeedback'> & Readonly<{ rating: FeedbackRating; text: string }>;
/** `side` is who gave the feedback. */
export type ReplyToFeedback = OfTransaction<'ReplyToFeedback'> & Readonly<{ side: FeedbackSide; text: string }>;
export type HideFeedback = OfTransaction<'HideFeedback'> & Readonly<{ side: FeedbackSide; reason: string }>;

export type QuestionCommand = AskQuestion | AnswerQuestion | HideQuestion;
export type FeedbackCommand = GiveFeedback | ReplyToFeedback | HideFeedback;
export type TalkCommand = QuestionCommand | FeedbackCommand;
