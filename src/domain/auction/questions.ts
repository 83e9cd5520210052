// Questions to the seller. They are asked while the auction is listed and not over; the answer makes them public.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { idOf, isSelf, isStaff } from '../permissions.js';
import { type TextLimits, textProblem } from '../text.js';
import { later } from '../time.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import { type EndedAuction, isLive, type LiveAuction } from './auction.state.js';
import type { AnswerQuestion, AskQuestion, HideQuestion, QuestionCommand } from './talk.commands.js';
import type { Question } from './talk.state.js';

type Judged = Decision<AuctionEvent, AuctionRejection>;

/** Questions of one person in one auction, and of all people. A rule of this house's own: more is a conversation, or a flood. */
export const QUESTIONS_OF_ONE_MAX = 5;
export const QUESTIONS_MAX = 200;
export const QUESTION_EVERY_MS = 60_000;
/** eBay's length of feedback, for all that is said about an auction. */
export const TALK_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 500, lines: 'many' };

/** Judges what is asked of the questions of an auction: people ask, the seller answers, staff hide. */
export function decideQuestion(command: QuestionCommand, auction: LiveAuction | EndedAuction, facts: Facts): Judged {
  switch (command.type) {
    case 'AskQuestion':
      return askQuestion(command, auction, facts);
    case 'AnswerQuestion':
      return answerQuestion(command, auction, facts);
    case 'HideQuestion':
      return hideQuestion(command, auction, facts);
  }
}

function askQuestion(
  { askerId, text }: AskQuestion,
  auction: LiveAuction | EndedAuction,
  { at, actor, user }: Facts,
): Judged {
  if (!isSelf(actor, askerId)) return reject({ reason: 'NotAllowed' });
  if (user.status === 'unknown') return reject({ reason: 'AskerUnknown' });
  if (user.status === 'suspended') return reject({ reason: 'AskerSuspended' });
  if (!isLive(auction)) return reject({ reason: 'AuctionNotOpen', status: auction.status });
  if (at >= auction.closesAt) return reject({ reason: 'BidAfterClose', closesAt: auction.closesAt });
  if (askerId === auction.listing.sellerId) return reject({ reason: 'SellerCannotAsk' });
  const { questions } = auction.talk;
  const own = questions.filter((question) => question.askerId === askerId);
  if (own.length >= QUESTIONS_OF_ONE_MAX || questions.length >= QUESTIONS_MAX)
    return reject({ reason: 'TooManyQuestions' });
  const last = own.at(-1);
  if (last !== undefined && at < later(last.askedAt, QUESTION_EVERY_MS))
    return reject({ reason: 'QuestionTooSoon', until: later(last.askedAt, QUESTION_EVERY_MS) });
  const problem = textProblem(text, TALK_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidTalk', field: 'text', problem });
  const questionNumber = questions.length + 1;
  return accept<AuctionEvent>({ type: 'QuestionAsked', questionNumber, askerId, text, askedAt: at });
}

function answerQuestion(
  { questionNumber, text }: AnswerQuestion,
  { listing, talk }: LiveAuction | EndedAuction,
  { at, actor }: Facts,
): Judged {
  if (!isSelf(actor, listing.sellerId)) return reject({ reason: 'NotAllowed' });
  const question = talk.questions[questionNumber - 1];
  if (question === undefined || question.isHidden) return reject({ reason: 'QuestionUnknown' });
  if (question.isAnswered) return reject({ reason: 'QuestionAlreadyAnswered' });
  const problem = textProblem(text, TALK_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidTalk', field: 'text', problem });
  const { askerId } = question;
  return accept<AuctionEvent>({ type: 'QuestionAnswered', questionNumber, askerId, text, answeredAt: at });
}

function hideQuestion(
  { questionNumber, reason }: HideQuestion,
  { talk }: LiveAuction | EndedAuction,
  { at, actor }: Facts,
): Judged {
  if (!isStaff(actor)) return reject({ reason: 'NotAllowed' });
  const question = talk.questions[questionNumber - 1];
  if (question === undefined) return reject({ reason: 'QuestionUnknown' });
  if (question.isHidden) return reject({ reason: 'QuestionAlreadyHidden' });
  const problem = textProblem(reason, TALK_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidTalk', field: 'reason', problem });
  return accept<AuctionEvent>({
    type: 'QuestionHidden',
    questionNumber,
    reason,
    hiddenBy: idOf(actor),
    hiddenAt: at,
  });
}

/** The questions with one changed. Throws on one that is not there, which means a corrupt stream. */
export function withQuestion(
  questions: readonly Question[],
  questionNumber: number,
  change: Partial<Question>,
): readonly Question[] {
  const question = questions[questionNumber - 1];
  if (question === undefined) throw new Error(`broken invariant: there is no question ${questionNumber}`);
  return questions.with(questionNumber - 1, { ...question, ...change });
}
