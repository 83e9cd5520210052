// Every fact and every request there is, and the streams they belong to.
import type { AuctionCommand } from './auction/auction.commands.js';
import type { AuctionEvent } from './auction/auction.events.js';
import type { IssueDocument } from './documents/document.commands.js';
import type { DocumentEvent } from './documents/document.events.js';
import type { FraudCaseCommand } from './fraud/fraud-case.commands.js';
import type { FraudCaseEvent } from './fraud/fraud-case.events.js';
import type { OperationBegun } from './house/operation.events.js';
import type { RunFailed } from './house/run.events.js';
import {
  type AuctionId,
  auctionId,
  type Branded,
  type FraudCaseId,
  fraudCaseId,
  type HallResultId,
  hallResultId,
  type OperationId,
  operationId,
  type PaymentId,
  type PayoutRunId,
  paymentId,
  payoutRunId,
  type RunId,
  runId,
  type SaleId,
  type SeriesId,
  saleId,
  seriesId,
  type UserId,
  userId,
} from './ids.js';
import type { PaymentEvent } from './payment/payment.events.js';
import type { PayoutRunEvent } from './payout/payout-run.events.js';
import type { PayoutRunCommand } from './payout/payout-run.js';
import type { RefusalEvent } from './refusal.events.js';
import type { RecordHallResult } from './sale/hall-result.commands.js';
import type { HallEvent } from './sale/hall-result.events.js';
import type { SaleCommand } from './sale/sale.commands.js';
import type { SaleEvent } from './sale/sale.events.js';
import type { UserCommand } from './user/user.commands.js';
import type { UserEvent } from './user/user.events.js';

export type DomainEvent =
  | AuctionEvent
  | UserEvent
  | PaymentEvent
  | SaleEvent
  | HallEvent
  | FraudCaseEvent
  | DocumentEvent
  | PayoutRunEvent
  | RefusalEvent
  | RunFailed
  | OperationBegun;
export type Command =
  | AuctionCommand
  | UserCommand
  | SaleCommand
  | RecordHallResult
  | FraudCaseCommand
  | IssueDocument
  | PayoutRunCommand;

/**
 * `auction-<uuid>`, `user-<uuid>`, `payment-<uuid>`, `sale-<uuid>`, `hall-<uuid>`, `case-<uuid>`, `series-<uuid>`,
 * `payout-<uuid>`, `run-<uuid>`,
 * `operation-<uuid>`, `refusals-<uuid of an auction>`, `refusals-user-<uuid>`, `refusals-sale-<uuid>`, `refusals-hall-<uuid>`, `refusals-case-<uuid>`
 * `refusals-series-<uuid>` or `refusals-payout-<uuid>`.
 */
export type StreamId = Branded<string, 'StreamId'>;

export const auctionStream = (id: AuctionId): StreamId => `auction-${id}` as StreamId;
export const userStream = (id: UserId): StreamId => `user-${id}` as StreamId;
/** Which sales count a payment. */
export const paymentStream = (id: PaymentId): StreamId => `payment-${id}` as StreamId;
/** A sale's catalogue, course and paddles. */
export const saleStream = (id: SaleId): StreamId => `sale-${id}` as StreamId;
/** What became of a lot in a hall sale. */
export const hallStream = (id: HallResultId): StreamId => `hall-${id}` as StreamId;
/** A fraud case. */
export const caseStream = (id: FraudCaseId): StreamId => `case-${id}` as StreamId;
/** The documents of one kind and year. */
export const seriesStream = (id: SeriesId): StreamId => `series-${id}` as StreamId;
/** A payout run. */
export const payoutStream = (id: PayoutRunId): StreamId => `payout-${id}` as StreamId;
/** What became of a run of the house by the clock. */
export const runStream = (id: RunId): StreamId => `run-${id}` as StreamId;
/** What people did to the house itself. */
export const operationStream = (id: OperationId): StreamId => `operation-${id}` as StreamId;
/** What was refused in an auction. */
export const refusalsStream = (id: AuctionId): StreamId => `refusals-${id}` as StreamId;
/** What was refused to, or about, an account. Its own name: nothing keeps an auction from bearing a user's id. */
export const userRefusalsStream = (id: UserId): StreamId => `refusals-user-${id}` as StreamId;

/** What was refused about a sale. */
export const saleRefusalsStream = (id: SaleId): StreamId => `refusals-sale-${id}` as StreamId;
/** What was refused about a lot of a hall sale. */
export const hallRefusalsStream = (id: HallResultId): StreamId => `refusals-hall-${id}` as StreamId;

/** What was refused about a fraud case. */
export const caseRefusalsStream = (id: FraudCaseId): StreamId => `refusals-case-${id}` as StreamId;

/** What was refused about a series of documents. */
export const seriesRefusalsStream = (id: SeriesId): StreamId => `refusals-series-${id}` as StreamId;

/** What was refused about a payout run. */
export const payoutRefusalsStream = (id: PayoutRunId): StreamId => `refusals-payout-${id}` as StreamId;

export type StreamOwner =
  | Readonly<{ kind: 'auction' | 'refusals'; id: AuctionId }>
  | Readonly<{ kind: 'user' | 'refusals-user'; id: UserId }>
  | Readonly<{ kind: 'hall' | 'refusals-hall'; id: HallResultId }>
  | Readonly<{ kind: 'case' | 'refusals-case'; id: FraudCaseId }>
  | Readonly<{ kind: 'sale' | 'refusals-sale'; id: SaleId }>
  | Readonly<{ kind: 'series' | 'refusals-series'; id: SeriesId }>
  | Readonly<{ kind: 'payout' | 'refusals-payout'; id: PayoutRunId }>
  | Readonly<{ kind: 'payment'; id: PaymentId }>
  | Readonly<{ kind: 'run'; id: RunId }>
  | Readonly<{ kind: 'operation'; id: OperationId }>;

const UUID_LENGTH = 36;

/** What a stream is about; throws a `RangeError` on a name of no known form. */
export function streamOwner(stream: StreamId): StreamOwner {
  const [kind, id] = [stream.slice(0, -UUID_LENGTH - 1), stream.slice(-UUID_LENGTH)];
  if (kind === 'auction' || kind === 'refusals') return { kind, id: auctionId(id) };
  if (kind === 'payment') return { kind, id: paymentId(id) };
  if (kind === 'run') return { kind, id: runId(id) };
  if (kind === 'operation') return { kind, id: operationId(id) };
  if (kind === 'user' || kind === 'refusals-user') return { kind, id: userId(id) };
  if (kind === 'sale' || kind === 'refusals-sale') return { kind, id: saleId(id) };
  if (kind === 'hall' || kind === 'refusals-hall') return { kind, id: hallResultId(id) };
  if (kind === 'case' || kind === 'refusals-case') return { kind, id: fraudCaseId(id) };
  if (kind === 'payout' || kind === 'refusals-payout') return { kind, id: payoutRunId(id) };
  if (kind === 'series' || kind === 'refusals-series') return { kind, id: seriesId(id) };
  throw new RangeError(`"${stream}" is not the name of a stream`);
}

/** What names an aggregate, as every command does. */
export type AggregateRef =
  | Readonly<{ auctionId: AuctionId }>
  | Readonly<{ userId: UserId }>
  | Readonly<{ saleId: SaleId }>
  | Readonly<{ hallResultId: HallResultId }>
  | Readonly<{ caseId: FraudCaseId }>
  | Readonly<{ seriesId: SeriesId }>
  | Readonly<{ payoutRunId: PayoutRunId }>;

/** The id a command is ordered by: its auction's, its user's, its sale's, its hall lot's, its fraud case's, or its series'. */
export function aggregateId(
  command: Command,
): AuctionId | UserId | SaleId | HallResultId | FraudCaseId | SeriesId | PayoutRunId {
  if ('auctionId' in command) return command.auctionId;
  if ('userId' in command) return command.userId;
  if ('saleId' in command) return command.saleId;
  if ('seriesId' in command) return command.seriesId;
  if ('payoutRunId' in command) return command.payoutRunId;
  return 'caseId' in command ? command.caseId : command.hallResultId;
}

/** What tells aggregates apart: an auction's id, or the name of the stream of anything else. */
export type AggregateKey = Branded<string, 'AggregateKey'>;

/** The aggregate that a command is for. */
export function aggregateKey(command: AggregateRef): AggregateKey {
  if ('auctionId' in command) return command.auctionId as string as AggregateKey;
  return streamOf(command) as string as AggregateKey;
}

function streamOf(command: Exclude<AggregateRef, Readonly<{ auctionId: AuctionId }>>): StreamId {
  if ('userId' in command) return userStream(command.userId);
  if ('saleId' in command) return saleStream(command.saleId);
  if ('seriesId' in command) return seriesStream(command.seriesId);
  if ('payoutRunId' in command) return payoutStream(command.payoutRunId);
  return 'caseId' in command ? caseStream(command.caseId) : hallStream(command.hallResultId);
}

/** The aggregate that a stream belongs to, be it its own or its refusals. */
export const aggregateKeyOf = (stream: StreamId): AggregateKey =>
  stream.replace(/^(auction|refusals)-/, '') as AggregateKey;
