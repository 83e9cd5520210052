// The stored shape of what people say about an auction, and of the reasons for which something is refused there.
import { z } from 'zod';
import { at, count, text, user } from './stored-values.js';

const side = z.enum(['buyer', 'seller']);
const hidden = { reason: text, hiddenBy: user.nullable(), hiddenAt: at };

/** One schema an event type, for the version that is written today. */
export const TALK_SCHEMAS = {
  QuestionAsked: z.strictObject({
    type: z.literal('QuestionAsked'),
    questionNumber: count,
    askerId: user,
    text,
    askedAt: at,
  }),
  QuestionAnswered: z.strictObject({
    type: z.literal('QuestionAnswered'),
    questionNumber: count,
    askerId: user,
    text,
    answeredAt: at,
  }),
  QuestionHidden: z.strictObject({ type: z.literal('QuestionHidden'), questionNumber: count, ...hidden }),
  FeedbackGiven: z.strictObject({
    type: z.literal('FeedbackGiven'),
    transactionNumber: count,
    side,
    giverId: user,
    aboutId: user,
    rating: z.enum(['positive', 'neutral', 'negative']),
    text,
    givenAt: at,
  }),
  FeedbackReplied: z.strictObject({
    type: z.literal('FeedbackReplied'),
    transactionNumber: count,
    side,
    text,
    repliedAt: at,
  }),
  FeedbackHidden: z.strictObject({ type: z.literal('FeedbackHidden'), transactionNumber: count, side, ...hidden }),
};

/** Reasons that say everything by their name. */
const REASONS = [
  'AskerUnknown',
  'AskerSuspended',
  'SellerCannotAsk',
  'TooManyQuestions',
  'QuestionUnknown',
  'QuestionAlreadyAnswered',
  'QuestionAlreadyHidden',
  'TransactionNotSettled',
  'FeedbackAlreadyGiven',
  'SellerFeedbackPositive',
  'FeedbackUnknown',
  'FeedbackAlreadyReplied',
  'FeedbackAlreadyHidden',
] as const;

/** A schema a reason, or a group of them. */
export const TALK_REJECTIONS = [
  z.strictObject({ reason: z.enum(REASONS) }),
  z.strictObject({ reason: z.enum(['QuestionTooSoon', 'FeedbackOver']), until: at }),
  z.strictObject({ reason: z.literal('InvalidTalk'), field: text, problem: text }),
] as const;
