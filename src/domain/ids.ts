// Identities. All of them are UUIDs, kept in lower case and taken in either (RFC 9562, section 4). A command's id is a UUID
// version 7, whose first 48 bits are a time.

declare const brand: unique symbol;
/** A value of type `T` that only its own constructor hands out. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };

export type AuctionId = Branded<string, 'AuctionId'>;
export type UserId = Branded<string, 'UserId'>;
/** A payment of the house: one reference in one channel. */
export type PaymentId = Branded<string, 'PaymentId'>;
/** A lot of a hall sale, by what names it in the house's files. */
export type HallResultId = Branded<string, 'HallResultId'>;
/** A bidder of another house, known by no more than a hash of what its files call them. */
export type BidderKey = Branded<string, 'BidderKey'>;
/** A sale: a catalogue of lots, each an auction of its own. */
export type SaleId = Branded<string, 'SaleId'>;
/** A series of numbers of documents. */
export type SeriesId = Branded<string, 'SeriesId'>;
/** A payout run. */
export type PayoutRunId = Branded<string, 'PayoutRunId'>;
/** An invoice or a credit note. */
export type DocumentId = Branded<string, 'DocumentId'>;
/** A run of the house by the clock. */
export type RunId = Branded<string, 'RunId'>;
/** An act of people on the house itself. */
export type OperationId = Branded<string, 'OperationId'>;
/** A fraud case. */
export type FraudCaseId = Branded<string, 'FraudCaseId'>;
export type CommandId = Branded<string, 'CommandId'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True for a UUID of any version in canonical lower-case form. */
export const isUuid = (text: string): boolean => UUID.test(text);

/** An id as it is kept, whichever case somebody wrote it in; null for what is no UUID. */
export function uuidIn(text: string): string | null {
  const id = text.toLowerCase();
  return UUID.test(id) ? id : null;
}

/** The auction of this name; throws a `RangeError` on anything but a lower-case UUID. */
export const auctionId = (text: string): AuctionId => checked(text, UUID, 'auction id') as AuctionId;

/** The user of this name; throws a `RangeError` on anything but a lower-case UUID. */
export const userId = (text: string): UserId => checked(text, UUID, 'user id') as UserId;

/** The payment of this name; throws a `RangeError` on anything but a lower-case UUID. */
export const paymentId = (text: string): PaymentId => checked(text, UUID, 'payment id') as PaymentId;

/** The hall lot of this name; throws a `RangeError` on anything but a lower-case UUID. */
export const hallResultId = (text: string): HallResultId => checked(text, UUID, 'hall result id') as HallResultId;

/** The bidder of this key; throws a `RangeError` on anything but a lower-case UUID. */
export const bidderKey = (text: string): BidderKey => checked(text, UUID, 'bidder key') as BidderKey;

/** The sale of this name; throws a `RangeError` on anything but a lower-case UUID. */
export const saleId = (text: string): SaleId => checked(text, UUID, 'sale id') as SaleId;

/** The series of this name; throws a `RangeError` on anything but a lower-case UUID. */
export const seriesId = (text: string): SeriesId => checked(text, UUID, 'series id') as SeriesId;

/** The payout run of this name; throws a `RangeError` on anything but a lower-case UUID. */
export const payoutRunId = (text: string): PayoutRunId => checked(text, UUID, 'payout run id') as PayoutRunId;

/** The document of this name; throws a `RangeError` on anything but a lower-case UUID. */
export const documentId = (text: string): DocumentId => checked(text, UUID, 'document id') as DocumentId;

/** The run of this name; throws a `RangeError` on anything but a lower-case UUID. */
export const runId = (text: string): RunId => checked(text, UUID, 'run id') as RunId;

/** The operation of this name; throws a `RangeError` on anything but a lower-case UUID. */
export const operationId = (text: string): OperationId => checked(text, UUID, 'operation id') as OperationId;

/** The fraud case of this name; throws a `RangeError` on anything but a lower-case UUID. */
export const fraudCaseId = (text: string): FraudCaseId => checked(text, UUID, 'fraud case id') as FraudCaseId;

/** A command's id, chosen by its client; throws a `RangeError` on anything but a lower-case UUID of version 7. */
export const commandId = (text: string): CommandId =>
  checked(text, UUID_V7, 'command id (UUID version 7)') as CommandId;

/** True for ids of version 8, which the house alone gives out: to auctions whose item passed before and is up again, and to the lots of sales. */
export const isRelistingId = (id: AuctionId): boolean => id.charAt(14) === '8';

/** The time, in epoch milliseconds, that the client wrote into a UUID version 7 (RFC 9562, section 5.7). */
export const commandIdTime = (id: CommandId): number => (hexDigits(id, 0, 8) >>> 0) * 2 ** 16 + hexDigits(id, 9, 13);

/**
 * The hexadecimal digits of an id from one place to before another, as 32 bits: at most eight digits, no dash among them.
 * Every command's id is read this way several times, so no string is made on the way.
 */
export function hexDigits(id: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const code = id.charCodeAt(i);
    value = (value << 4) | (code < DIGITS_END ? code - ZERO : code - TEN);
  }
  return value;
}

const ZERO = 0x30;
const DIGITS_END = 0x3a;
/** What the codes of "a" to "f" are above their values. */
const TEN = 0x61 - 10;

function checked(text: string, form: RegExp, what: string): string {
  if (!form.test(text)) throw new RangeError(`"${text.slice(0, 64)}" is not a ${what}`);
  return text;
}
