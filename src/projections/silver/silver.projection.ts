// Silver: what a batch of facts comes to. Bids become rows as they pass by; of auctions and users only the last state
// counts, so that one with a thousand bids in a batch is written once.
import { isAfterSaleEvent } from '../../domain/auction/after-sale.events.js';
import { type AuctionEvent, isAuctionEvent, type SealedBidPlaced } from '../../domain/auction/auction.events.js';
import { isTalkEvent } from '../../domain/auction/talk.events.js';
import type { StreamId } from '../../domain/messages.js';
import type { RefusalEvent } from '../../domain/refusal.events.js';
import { isSaleEvent } from '../../domain/sale/sale.events.js';
import type { UserEvent } from '../../domain/user/user.events.js';
import type { RecordedEvent } from '../../feed/feed.js';
import type { Projection, Write } from '../../feed/projection.js';
import { BinaryRows } from '../../postgres/binary-rows.js';
import { emptyAfterSale, noteAfterSale } from './after-sale.rows.js';
import { noteAuctionEvent, unchanged } from './auctions.rows.js';
import { auditRow } from './audit.rows.js';
import { addBidRow, floodRow, refusedBidRow } from './bids.rows.js';
import { isStatement } from './people.rows.js';
import { noSales, noteSaleEvent } from './sales.rows.js';
import { sealedBidRow } from './sealed.rows.js';
import { type SilverBatch, writeOf } from './silver.writes.js';
import { isOfTakingOut, noteTakenOut, nothingTakenOut } from './taken-out.rows.js';
import { noteUserEvent, unchangedUser } from './users.rows.js';

export const SILVER_CONSUMER = 'silver';

const FIND_ROWS = `
SELECT EXISTS (SELECT FROM users) OR EXISTS (SELECT FROM listings) OR EXISTS (SELECT FROM standings)
  OR EXISTS (SELECT FROM bids) OR EXISTS (SELECT FROM transactions) OR EXISTS (SELECT FROM refused_bids)
  OR EXISTS (SELECT FROM money_movements) OR EXISTS (SELECT FROM second_chance_offers)
  OR EXISTS (SELECT FROM hall_results) OR EXISTS (SELECT FROM fraud_cases)
  OR EXISTS (SELECT FROM documents) OR EXISTS (SELECT FROM sales) OR EXISTS (SELECT FROM payout_runs)
  OR EXISTS (SELECT FROM questions) OR EXISTS (SELECT FROM feedback) OR EXISTS (SELECT FROM audit_entries) AS found`;

/**
 * The projection into one version of Silver. `name` and `schema` differ from the defaults for a version that is built
 * beside the one in use.
 */
export const silverProjection = (name = SILVER_CONSUMER, schema = 'silver_private'): Projection => ({
  name,
  searchPath: [schema],
  findRows: FIND_ROWS,
  prepare: (events) => prepareSilver(events),
});

function prepareSilver(events: readonly RecordedEvent[]): Write | null {
  const batch: SilverBatch = {
    auctions: new Map(),
    users: new Map(),
    takenOut: nothingTakenOut(),
    sales: [],
    replacements: [],
    bids: new BinaryRows(),
    sealedBids: '',
    refusedBids: '',
    afterSale: emptyAfterSale(),
    hallResults: new Map(),
    hallBids: [],
    cases: [],
    documents: [],
    audit: [],
    catalogues: noSales(),
    statements: [],
    payouts: [],
    talk: [],
  };
  for (const event of events) note(batch, event);
  const { auctions, users, refusedBids, hallResults, hallBids, cases, documents, audit, catalogues } = batch;
  const maps = auctions.size + users.size + hallResults.size + catalogues.sales.size;
  const isEmpty = maps + hallBids.length + cases.length + documents.length + audit.length === 0 && refusedBids === '';
  if (isEmpty) return null;
  return writeOf(batch);
}

function note(batch: SilverBatch, recorded: RecordedEvent): void {
  const { streamId, revision, event, occurredAt } = recorded;
  const audited = auditRow(recorded);
  if (audited !== null) batch.audit.push(audited);
  if (isSaleEvent(event)) {
    noteSaleEvent(batch.catalogues, streamId.slice('sale-'.length), revision, event);
    return;
  }
  if (isAuctionEvent(event)) {
    noteAuction(batch, streamId, revision, event);
    return;
  }
  switch (event.type) {
    case 'UserRegistered':
    case 'PersonalDataChanged':
    case 'EmailVerificationRequested':
    case 'EmailVerified':
    case 'MailChosen':
    case 'TaxPositionStated':
    case 'BankAccountStated':
    case 'TaxNumberJudged':
    case 'UserVerified':
    case 'UserRated':
    case 'UserSuspended':
    case 'UserReinstated':
    case 'UserErased':
      noteUser(batch, streamId.slice('user-'.length), revision, event);
      return;
    case 'HallResultRecorded': {
      const hallResultId = streamId.slice('hall-'.length);
      batch.hallResults.set(hallResultId, { hallResultId, revision, result: event, recordedAt: occurredAt });
      return;
    }
    case 'HallBidRecorded':
      batch.hallBids.push({ hallResultId: streamId.slice('hall-'.length), revision, bid: event });
      return;
    // What a sale counts of a payment is in its own movements; a payment's stream only sees to it that they fit together.
    case 'PaymentClaimed':
    case 'PaymentReleased':
      return;
    case 'FraudCaseOpened':
    case 'FraudSampleDrawn':
    case 'FraudCaseEvidenceGrown':
    case 'FraudCaseAssigned':
    case 'FraudCaseNoted':
    case 'FraudCaseDismissed':
    case 'FraudCaseConfirmed':
      batch.cases.push({ caseId: streamId.slice('case-'.length), revision, event });
      return;
    case 'PayoutRunPrepared':
    case 'PayoutRunApproved':
    case 'PayoutRunDiscarded':
      batch.payouts.push({ payoutRunId: streamId.slice('payout-'.length), revision, event });
      return;
    case 'DocumentIssued':
      batch.documents.push({ revision, event });
      return;
    // For alerts; ops.runs has the house's runs.
    case 'RunFailed':
      return;
    // The audit log has it already.
    case 'OperationBegun':
      return;
    case 'BidRejected':
    case 'CommandRejected':
    case 'FloodRejected':
      noteRefusal(batch, streamId, revision, event);
      return;
  }
}

function noteAuction(batch: SilverBatch, streamId: StreamId, revision: number, event: AuctionEvent): void {
  // By the stream's name, which comes as one and the same string each time; a part of it would be hashed for every event.
  let change = batch.auctions.get(streamId);
  if (change === undefined) {
    change = unchanged(streamId.slice('auction-'.length), revision - 1);
    batch.auctions.set(streamId, change);
  }
  const { auctionId } = change;
  noteAuctionEvent(change, event, revision);
  if (event.type === 'BidPlaced') addBidRow(batch.bids, auctionId, revision, event);
  else if (event.type === 'SealedBidPlaced') noteSealedBid(batch, auctionId, revision, event);
  else if (event.type === 'AuctionSold') batch.sales.push({ auctionId, sold: event });
  else if (isTalkEvent(event)) batch.talk.push({ auctionId, event });
  else if (isOfTakingOut(event)) noteTakenOut(batch.takenOut, { auctionId, revision, event });
  else if (isAfterSaleEvent(event) || event.type === 'AuctionRelisted')
    noteAfterSale(batch.afterSale, batch.sales, { auctionId, revision, event });
}

function noteSealedBid(batch: SilverBatch, auctionId: string, revision: number, event: SealedBidPlaced): void {
  batch.sealedBids += sealedBidRow(auctionId, revision, event);
  const { bidNumber: replacedBy, replaces } = event;
  if (replaces !== null) batch.replacements.push({ auctionId, bidNumber: replaces, replacedBy });
}

function noteUser({ users, statements }: SilverBatch, userId: string, revision: number, event: UserEvent): void {
  let change = users.get(userId);
  if (change === undefined) {
    change = unchangedUser(userId, revision - 1);
    users.set(userId, change);
  }
  noteUserEvent(change, event, revision);
  if (isStatement(event)) statements.push({ userId, event });
}

/** What was refused in an auction. Of what was refused about anything else there are no rows. */
function noteRefusal(batch: SilverBatch, streamId: StreamId, revision: number, event: RefusalEvent): void {
  if (!isOfAuction(streamId)) return;
  const auctionId = streamId.slice('refusals-'.length);
  if (event.type === 'BidRejected') batch.refusedBids += refusedBidRow(auctionId, revision, event);
  else if (event.type === 'FloodRejected') batch.refusedBids += floodRow(auctionId, revision, event);
}

/** Of a refusals stream: those of other things have a further word in their names. */
const isOfAuction = (streamId: StreamId): boolean => !/^refusals-(user|sale|hall|case|series|payout)-/.test(streamId);
