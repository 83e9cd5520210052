// From the bus's outcome to what the client is told: a status, headers and a body. Amounts leave as text, times as ISO 8601,
// and of the events only what the client may know: never a maximum, never a reserve.
import type { Outcome } from '../../bus/command-bus.js';
import type { AuctionSold, Standing } from '../../domain/auction/auction.events.js';
import type { CommandId, UserId } from '../../domain/ids.js';
import { type DomainEvent, streamOwner } from '../../domain/messages.js';
import type { Rejection } from '../../domain/refusal.events.js';
import { isoTime } from '../../domain/time.js';
import type { Accepted, CommandAnswer } from '../schemas/answers.schema.js';
import { REFUSALS } from './refusals.js';
import { saleAnswer } from './selling.js';
import type { Answered } from './submit.js';

export type Answer = Readonly<{ status: number; headers: Readonly<Record<string, string>>; body: CommandAnswer }>;

type Asked = Readonly<{ commandId: CommandId; callerId: UserId }>;

const NO_HEADERS = {};

const ID_REFUSALS = {
  CommandIdReused: [409, 'this command id was used for another request of yours'],
  CommandTooOld: [422, 'this command id was made too long ago to be told from a repeat; make a new one'],
  CommandFromTheFuture: [422, 'this command id was made by a clock that runs ahead; set it right and make a new one'],
} as const;

/** The answer to a command; `acceptedStatus` is 201 where something came to be, and 200 otherwise. */
export function answerOf(outcome: Answered, asked: Asked, acceptedStatus: 200 | 201): Answer {
  const { commandId } = asked;
  switch (outcome.status) {
    case 'accepted':
      return { status: acceptedStatus, headers: NO_HEADERS, body: acceptedBody(outcome, asked) };
    case 'rejected': {
      const { rejection, judgedAtRevision, repeated } = outcome;
      const [status, message] = REFUSALS[rejection.reason];
      const about = {
        commandId,
        repeated,
        reason: rejection.reason,
        message: messageOf(rejection, message),
        judgedAtRevision,
      };
      return { status, headers: NO_HEADERS, body: { outcome: 'rejected', ...about, ...detailsOf(rejection) } };
    }
    case 'refused': {
      const { reason } = outcome;
      const [status, message] = ID_REFUSALS[reason];
      return { status, headers: NO_HEADERS, body: { outcome: 'refused', commandId, reason, message } };
    }
    case 'busy':
      return later(503, outcome.retryAfterMs, {
        outcome: 'busy',
        commandId,
        message: 'too much waits to be judged; nothing was taken',
        retryAfterMs: outcome.retryAfterMs,
      });
    case 'throttled':
      return later(429, outcome.retryAfterMs, {
        outcome: 'throttled',
        commandId,
        message: 'too many of your commands were just refused here; this one was not judged',
        retryAfterMs: outcome.retryAfterMs,
      });
    case 'pending':
      return pendingAnswer(commandId);
    case 'fault': {
      const { code, message, retryable } = outcome;
      return later(503, 1_000, { outcome: 'fault', commandId, code, message, retryable });
    }
  }
}

/** The answer when the time to wait for one is over. The command goes on. */
const pendingAnswer = (commandId: CommandId): Answer => ({
  status: 202,
  headers: { location: `/commands/${commandId}`, 'retry-after': '1' },
  body: {
    outcome: 'pending',
    commandId,
    message: 'not judged yet; ask for it at Location, or send it again under the same id',
  },
});

const later = (status: number, retryAfterMs: number, body: CommandAnswer): Answer => ({
  status,
  headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) },
  body,
});

function acceptedBody(outcome: Extract<Outcome, { status: 'accepted' }>, { commandId, callerId }: Asked): Accepted {
  const { streamId, revision, events, repeated } = outcome;
  const owner = streamOwner(streamId);
  if (owner.kind === 'user') return { outcome: 'accepted', commandId, repeated, userId: owner.id, revision };
  if (owner.kind === 'payout') return { outcome: 'accepted', commandId, repeated, payoutRunId: owner.id, revision };
  if (owner.kind === 'case') return { outcome: 'accepted', commandId, repeated, caseId: owner.id, revision };
  if (owner.kind === 'sale')
    return saleAnswer(events, { outcome: 'accepted', commandId, repeated, saleId: owner.id, revision });
  const base = { outcome: 'accepted', commandId, repeated, auctionId: owner.id, revision } as const;
  const [first, second] = events;
  switch (first?.type) {
    case 'AuctionListed':
      return { ...base, opensAt: isoTime(first.opensAt), closesAt: isoTime(first.closesAt) };
    case 'AuctionRelisted':
      return {
        ...base,
        relistedAs: first.relistedAs,
        opensAt: isoTime(first.opensAt),
        closesAt: isoTime(first.closesAt),
      };
    case 'SealedBidPlaced':
      return { ...base, bidNumber: first.bidNumber, bidCount: first.bidCount, replaces: first.replaces };
    case 'SealedBidRetracted':
      return { ...base, bidNumber: first.bidNumber, bidCount: first.bidCount };
    case 'BidPlaced': {
      // In a hall a commission may have answered the bid.
      const stood = second?.type === 'BidPlaced' ? second : first;
      const stands = { ...base, currency: first.currency, bidNumber: first.bidNumber, ...standingOf(stood, callerId) };
      if (second?.type === 'AuctionSold') return { ...stands, sale: saleOf(second) };
      return { ...stands, newClosesAt: newCloseOf(second) };
    }
    case 'BidRetracted': {
      const stands = { bidNumber: first.bidNumber, ...standingOf(first, callerId) };
      return { ...base, ...stands, newClosesAt: newCloseOf(second) };
    }
    default:
      return base;
  }
}

const standingOf = (event: Standing, callerId: UserId) => ({
  currentPrice: event.currentPrice.toString(),
  bidCount: event.bidCount,
  leading: event.leaderId === callerId,
  minimumNextBid: event.minimumNextBid.toString(),
  reserveMet: event.reserveMet,
});

const newCloseOf = (event: DomainEvent | undefined): string | null =>
  event?.type === 'ClosingExtended' ? isoTime(event.closesAt) : null;

/** The buyer's side of a sale; what the seller pays is not the buyer's business. */
const saleOf = ({ currency, hammerPrice, buyersPremium, tax, amountDue, closedAt }: AuctionSold) => ({
  currency,
  hammerPrice: hammerPrice.toString(),
  buyersPremium: buyersPremium.toString(),
  tax: tax.toString(),
  amountDue: amountDue.toString(),
  soldAt: isoTime(closedAt),
});

/** One sentence. Who records money is staff, so it may name other sales. */
function messageOf(rejection: Rejection, message: string): string {
  if (rejection.reason !== 'PaymentUsed') return message;
  const { usedFor, counted, paymentTotal, currency } = rejection;
  const sale = `transaction ${usedFor.transactionNumber} of auction ${usedFor.auctionId}`;
  return counted < paymentTotal
    ? `${counted} of this payment of ${paymentTotal} ${currency} are counted already, beginning with ${sale}: name that paymentTotal, and no more than is left of it`
    : `all ${paymentTotal} ${currency} of this payment are counted already, beginning with ${sale}`;
}

function detailsOf(rejection: Rejection): Partial<Extract<CommandAnswer, { outcome: 'rejected' }>> {
  switch (rejection.reason) {
    case 'InvalidTerms':
    case 'InvalidUser':
    case 'InvalidHallResult':
    case 'InvalidFraudCase':
    case 'InvalidPayment':
    case 'InvalidOffer':
    case 'InvalidSale':
    case 'InvalidDocument':
      return { field: rejection.field, problem: rejection.problem };
    case 'UserHasTies': {
      const { selling, bidding, unpaid } = rejection;
      return { selling, bidding, unpaid };
    }
    case 'SaleNotDue':
    case 'SaleHasBegun':
    case 'AuctionNotYetOpen':
      return { opensAt: isoTime(rejection.opensAt) };
    case 'AuctionNotOpen':
    case 'AuctionNotPassed':
      return { status: rejection.status };
    case 'BidAfterClose':
    case 'NotDue':
      return { closesAt: isoTime(rejection.closesAt) };
    case 'CurrencyMismatch':
      return { currency: rejection.currency };
    case 'BidBelowMinimum':
      return { minimumNextBid: rejection.minimumNextBid.toString() };
    case 'AmountTooLarge':
      return { limit: rejection.limit.toString() };
    case 'AuctionAlreadyRelisted':
      return { relistedAs: rejection.relistedAs };
    case 'RelistingTooLate':
      return { relistableUntil: isoTime(rejection.relistableUntil) };
    case 'RetractionRequestedTooOften':
      return { requestsMax: rejection.requestsMax };
    case 'RelistedTooOften':
      return { relistingsMax: rejection.relistingsMax };
    case 'TransactionNotPayable':
    case 'TransactionNotRefundable':
    case 'TransactionNotSettleable':
    case 'PayoutNotMade':
      return { paymentStatus: rejection.paymentStatus };
    case 'PaymentAmountWrong':
      return { amountDue: rejection.amountDue.toString() };
    case 'RefundTooLarge':
      return { refundable: rejection.refundable.toString() };
    case 'AlreadyRecorded':
      return { recordedAt: isoTime(rejection.recordedAt) };
    case 'PaymentUsed': {
      const { usedFor, counted, paymentTotal, currency } = rejection;
      return { usedFor, counted: counted.toString(), paymentTotal: paymentTotal.toString(), currency };
    }
    case 'SaleNotInState':
      return { saleStatus: rejection.status };
    case 'LotNumberTaken':
      return { lotNumber: rejection.lotNumber };
    case 'SaleFull':
      return { lotsMax: rejection.lotsMax };
    case 'TooManyPaddles':
      return { paddlesMax: rejection.paddlesMax };
    case 'OfferPending':
    case 'OfferExpired':
      return { expiresAt: isoTime(rejection.expiresAt) };
    case 'SecondChanceOver':
      return { until: isoTime(rejection.until) };
    case 'RetractionTooLate':
      return { retractableUntil: isoTime(rejection.retractableUntil) };
    default:
      return {};
  }
}
