// The audit log as rows: what staff and machines with their roles did. An event tells who asked for it, and this table whether
// that person could have asked for it as an ordinary user.
import type { ClientBase } from 'pg';
import { type DomainEvent, type StreamId, streamOwner } from '../../domain/messages.js';
import { isoTime } from '../../domain/time.js';
import type { RecordedEvent } from '../../feed/feed.js';

/**
 * Whose own act an event of this type may be. `staff`: nobody's but staff's. `nobody`: no person's of the staff; it follows on
 * something else, or everybody does it for oneself alone. Else the event is staff's if somebody other than this person caused it:
 * the account's owner, the auction's seller, or whom the named field names. test/house/audit holds it to the table of commands.
 */
export const OWN_ACT_OF = {
  AuctionListed: 'nobody',
  AuctionOpened: 'nobody',
  BidPlaced: 'bidderId',
  SealedBidPlaced: 'bidderId',
  SealedBidRetracted: 'bidderId',
  SealedBidVoided: 'staff',
  ClosingExtended: 'nobody',
  BidRetracted: 'bidderId',
  BidVoided: 'staff',
  RetractionRequested: 'nobody',
  RetractionRefused: 'staff',
  VoidingProposed: 'staff',
  AuctionSold: 'nobody',
  // By a clerk in a hall.
  AuctionPassed: 'staff',
  AuctionCancelled: 'seller',
  AuctionWithdrawn: 'staff',
  AuctionRelisted: 'nobody',
  LotOpened: 'staff',
  PriceAsked: 'staff',
  FairWarningGiven: 'staff',
  CallUndone: 'staff',
  // With Buy It Now and a second chance it follows on what the buyer does.
  InvoiceIssued: 'buyerId',
  PaymentRecorded: 'staff',
  PaymentClaimed: 'nobody',
  PaymentReleased: 'nobody',
  PaymentFailed: 'staff',
  PaymentOverdue: 'staff',
  PaymentRefunded: 'staff',
  DisputeRecorded: 'staff',
  TransactionSettled: 'staff',
  PayoutReturned: 'staff',
  SecondChanceOffered: 'seller',
  SecondChanceAccepted: 'nobody',
  SecondChanceDeclined: 'nobody',
  SecondChanceExpired: 'nobody',
  QuestionAsked: 'nobody',
  QuestionAnswered: 'nobody',
  QuestionHidden: 'staff',
  FeedbackGiven: 'nobody',
  FeedbackReplied: 'nobody',
  FeedbackHidden: 'staff',
  SaleDrafted: 'staff',
  SaleRevised: 'staff',
  LotAdded: 'staff',
  LotRenumbered: 'staff',
  LotWithdrawn: 'staff',
  SalePublished: 'staff',
  SaleOpened: 'nobody',
  SaleClosed: 'staff',
  SaleCancelled: 'staff',
  PaddleRequested: 'nobody',
  // A sale may give them at once.
  PaddleGiven: 'bidderId',
  PaddleRefused: 'staff',
  HallResultRecorded: 'staff',
  HallBidRecorded: 'nobody',
  UserRegistered: 'nobody',
  PersonalDataChanged: 'nobody',
  EmailVerificationRequested: 'nobody',
  EmailVerified: 'nobody',
  MailChosen: 'nobody',
  TaxPositionStated: 'nobody',
  BankAccountStated: 'nobody',
  TaxNumberJudged: 'staff',
  PayoutRunPrepared: 'staff',
  PayoutRunApproved: 'staff',
  PayoutRunDiscarded: 'staff',
  UserVerified: 'staff',
  UserRated: 'staff',
  UserSuspended: 'staff',
  UserReinstated: 'staff',
  UserErased: 'account',
  FraudCaseOpened: 'nobody',
  FraudSampleDrawn: 'nobody',
  FraudCaseEvidenceGrown: 'nobody',
  FraudCaseAssigned: 'staff',
  FraudCaseNoted: 'staff',
  FraudCaseDismissed: 'staff',
  FraudCaseConfirmed: 'staff',
  BidRejected: 'nobody',
  CommandRejected: 'nobody',
  FloodRejected: 'nobody',
  DocumentIssued: 'staff',
  RunFailed: 'nobody',
  OperationBegun: 'staff',
} as const satisfies {
  [Type in DomainEvent['type']]: 'nobody' | 'staff' | 'account' | 'seller' | 'bidderId' | 'buyerId';
};

/** What of an event says which of several things it is about. Never an amount, a name or a text. */
const TOLD = [
  'bidNumber',
  'transactionNumber',
  'questionNumber',
  'side',
  'offerNumber',
  'lotNumber',
  'assigneeId',
  'rating',
  'voidBids',
  'bidderId',
] as const;

export type AuditRow = Readonly<{
  streamId: StreamId;
  revision: number;
  act: string;
  actorId: string | null;
  account: string | null;
  subject: string;
  detail: string | null;
  reason: string | null;
  at: string;
  /** The auction whose seller may do this too. */
  auctionId: string | null;
}>;

/** The row of an event that staff caused, or may have; null for any other. The house's own acts by the clock are none. */
export function auditRow({ streamId, revision, event, occurredAt, meta: { actorId } }: RecordedEvent): AuditRow | null {
  const ownActOf = OWN_ACT_OF[event.type];
  if (ownActOf === 'nobody') return null;
  // The house bids for a commission by itself, whoever's bid it answers.
  if (event.type === 'BidPlaced' && event.bidType === 'proxy') return null;
  const place = { streamId, revision, at: isoTime(occurredAt), auctionId: null };
  if (event.type === 'OperationBegun') {
    const { operation, account, target, detail, reason } = event;
    return { ...place, act: operation, actorId, account, subject: target, detail, reason };
  }
  if (actorId === null) return null;
  if (ownActOf === 'bidderId' && 'bidderId' in event && event.bidderId === actorId) return null;
  if (ownActOf === 'buyerId' && 'buyerId' in event && event.buyerId === actorId) return null;
  if (ownActOf === 'account' && streamOwner(streamId).id === actorId) return null;
  const auctionId = ownActOf === 'seller' ? streamOwner(streamId).id : null;
  const about = { act: event.type, actorId, account: null, subject: streamId };
  return { ...place, ...about, detail: detailOf(event), reason: reasonOf(event), auctionId };
}

function detailOf(event: DomainEvent): string | null {
  const fields: Readonly<Record<string, unknown>> = event;
  const told = TOLD.flatMap((name) => (fields[name] === undefined ? [] : [`${name} ${String(fields[name])}`]));
  return told.length === 0 ? null : told.join(', ');
}

const reasonOf = (event: DomainEvent): string | null =>
  'reason' in event ? event.reason : 'note' in event ? event.note : null;

// What a seller did in an auction of the own is left out here, where the listing is known.
const INSERT = `
INSERT INTO audit_entries (stream_id, revision, act, actor_id, account, subject, detail, reason, at)
SELECT a.stream_id, a.revision, a.act, a.actor_id, a.account, a.subject, a.detail, a.reason, a.at
FROM unnest($1::text[], $2::bigint[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
  $10::uuid[])
  AS a(stream_id, revision, act, actor_id, account, subject, detail, reason, at, auction_id)
WHERE NOT EXISTS (SELECT FROM listings l WHERE l.auction_id = a.auction_id AND l.seller_id = a.actor_id)`;

const COLUMNS: readonly ((row: AuditRow) => unknown)[] = [
  ({ streamId }) => streamId,
  ({ revision }) => revision,
  ({ act }) => act,
  ({ actorId }) => actorId,
  ({ account }) => account,
  ({ subject }) => subject,
  ({ detail }) => detail,
  ({ reason }) => reason,
  ({ at }) => at,
  ({ auctionId }) => auctionId,
];

/** Writes the rows, inside the caller's transaction and behind the batch's listings. */
export async function writeAudit(client: ClientBase, rows: readonly AuditRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    INSERT,
    COLUMNS.map((column) => rows.map(column)),
  );
}
