// Feedback between buyer and seller once the sale is settled: one each way, one reply, hidden by staff. The rules are eBay's as it
// publishes them: within 60 days, at most 500 characters, and sellers leave positive feedback or none, so that nobody pays back a bad one.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { idOf, isSelf, isStaff } from '../permissions.js';
import { textProblem } from '../text.js';
import { later } from '../time.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { EndedAuction, FinishedAuction, LiveAuction } from './auction.state.js';
import { TALK_LIMITS } from './questions.js';
import type { FeedbackCommand, GiveFeedback, HideFeedback, ReplyToFeedback } from './talk.commands.js';
import type { FeedbackSide } from './talk.events.js';
import type { Feedback, Talk } from './talk.state.js';

type Judged = Decision<AuctionEvent, AuctionRejection>;

/** Sixty days, as on eBay. */
export const FEEDBACK_WITHIN_MS = 60 * 86_400_000;

/** Judges what is asked of the feedback on a sale: buyer and seller give and answer it, staff hide it. */
export function decideFeedback(command: FeedbackCommand, auction: LiveAuction | EndedAuction, facts: Facts): Judged {
  if (auction.status !== 'sold' && auction.status !== 'passed') return reject({ reason: 'AuctionNotEnded' });
  switch (command.type) {
    case 'GiveFeedback':
      return giveFeedback(command, auction, facts);
    case 'ReplyToFeedback':
      return replyToFeedback(command, auction, facts);
    case 'HideFeedback':
      return hideFeedback(command, auction, facts);
  }
}

function giveFeedback(command: GiveFeedback, auction: FinishedAuction, { at, actor }: Facts): Judged {
  const { transactionNumber, rating, text } = command;
  const { afterSale, listing, talk } = auction;
  const { transaction } = afterSale;
  if (transaction?.transactionNumber !== transactionNumber) return reject({ reason: 'TransactionUnknown' });
  const { buyerId } = transaction;
  const { sellerId } = listing;
  const side: FeedbackSide | null = isSelf(actor, buyerId) ? 'buyer' : isSelf(actor, sellerId) ? 'seller' : null;
  if (side === null) return reject({ reason: 'NotAllowed' });
  const settled = afterSale.movements.findLast(({ kind }) => kind === 'payout');
  if (transaction.paymentStatus !== 'settled' || settled === undefined)
    return reject({ reason: 'TransactionNotSettled' });
  if (find(talk, transactionNumber, side) !== undefined) return reject({ reason: 'FeedbackAlreadyGiven' });
  const until = later(settled.at, FEEDBACK_WITHIN_MS);
  if (at >= until) return reject({ reason: 'FeedbackOver', until });
  if (side === 'seller' && rating !== 'positive') return reject({ reason: 'SellerFeedbackPositive' });
  const problem = textProblem(text, TALK_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidTalk', field: 'text', problem });
  const [giverId, aboutId] = side === 'buyer' ? [buyerId, sellerId] : [sellerId, buyerId];
  return accept<AuctionEvent>({
    type: 'FeedbackGiven',
    transactionNumber,
    side,
    giverId,
    aboutId,
    rating,
    text,
    givenAt: at,
  });
}

function replyToFeedback(command: ReplyToFeedback, { talk }: FinishedAuction, { at, actor }: Facts): Judged {
  const { transactionNumber, side, text } = command;
  const feedback = find(talk, transactionNumber, side);
  if (feedback === undefined || feedback.isHidden) return reject({ reason: 'FeedbackUnknown' });
  if (!isSelf(actor, feedback.aboutId)) return reject({ reason: 'NotAllowed' });
  if (feedback.isReplied) return reject({ reason: 'FeedbackAlreadyReplied' });
  const problem = textProblem(text, TALK_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidTalk', field: 'text', problem });
  return accept<AuctionEvent>({ type: 'FeedbackReplied', transactionNumber, side, text, repliedAt: at });
}

function hideFeedback(command: HideFeedback, { talk }: FinishedAuction, { at, actor }: Facts): Judged {
  if (!isStaff(actor)) return reject({ reason: 'NotAllowed' });
  const { transactionNumber, side, reason } = command;
  const feedback = find(talk, transactionNumber, side);
  if (feedback === undefined) return reject({ reason: 'FeedbackUnknown' });
  // Nobody of the staff improves a rating of their own.
  if (isSelf(actor, feedback.aboutId)) return reject({ reason: 'NotAllowed' });
  if (feedback.isHidden) return reject({ reason: 'FeedbackAlreadyHidden' });
  const problem = textProblem(reason, TALK_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidTalk', field: 'reason', problem });
  return accept<AuctionEvent>({
    type: 'FeedbackHidden',
    transactionNumber,
    side,
    reason,
    hiddenBy: idOf(actor),
    hiddenAt: at,
  });
}

const find = ({ feedback }: Talk, transactionNumber: number, side: FeedbackSide): Feedback | undefined =>
  feedback.find((one) => one.transactionNumber === transactionNumber && one.side === side);

/** The feedback with one changed. Throws on one that is not there, which means a corrupt stream. */
export function withFeedback(
  talk: Talk,
  { transactionNumber, side }: Pick<Feedback, 'transactionNumber' | 'side'>,
  change: Partial<Feedback>,
): readonly Feedback[] {
  const feedback = find(talk, transactionNumber, side);
  if (feedback === undefined)
    throw new Error(`broken invariant: no feedback of the ${side} on transaction ${transactionNumber}`);
  return talk.feedback.map((one) => (one === feedback ? { ...one, ...change } : one));
}
