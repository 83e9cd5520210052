// How appends get into PostgreSQL. Two writers do it, and write the same bytes: the plain one (plain.writer.ts), which is
// the reference and short enough to be checked by eye, and the fast one (fast/), which is what a house runs with.
import type { AppendResult, RecordedEvent, StreamAppend } from '../journal.js';

/** One caller's append, or a piece of it, that waits to be written. It is answered once. */
export type PendingAppend = Readonly<{
  parts: readonly StreamAppend[];
  answer: (results: readonly AppendResult[]) => void;
  fail: (error: Error) => void;
}>;

/** What one transaction writes. */
export type Transaction = Readonly<{
  /** Its events, in the order of their positions. */
  recorded: readonly RecordedEvent[];
  /** How much text its events are, about. */
  characters: number;
  /** The journal's last position after it. */
  last: bigint;
  /** What to answer each append once it is committed. */
  results: readonly (readonly AppendResult[])[];
}>;

/**
 * How a transaction ended.
 * `committed`: it is durable.
 * `unknown`: the connection died with the COMMIT under way. It may be durable or not.
 * `refused`: the server will not take what one of the events holds. Nothing was written.
 * `failed`: anything else. Nothing was written.
 */
export type Attempt =
  | Readonly<{ status: 'committed'; transaction: Transaction }>
  | Readonly<{ status: 'unknown'; transaction: Transaction; cause: Error }>
  | Readonly<{ status: 'refused' | 'failed'; cause: Error }>;

/** A transaction that the server has been sent whole. `failure` is null once it is committed, and never rejects. */
export type InFlight = Readonly<{ transaction: Transaction; failure: Promise<Error | null> }>;

/** Calls come from the appender only: one `write` at a time, and none while something is in flight. */
export interface JournalWriter {
  /** Makes ready what can be made of these parts before their turn has come; at most one append writes them afterwards. */
  encode(parts: readonly StreamAppend[]): void;

  /**
   * Writes these appends in one transaction: takes the append lock, looks where the streams stand, and writes the parts
   * that do not conflict. Never rejects.
   */
  write(appends: readonly PendingAppend[]): Promise<Attempt>;

  /**
   * Sends these appends without a look, behind what is in flight. Null where the writer cannot: then they wait until
   * nothing is in flight, and are to be written by `write`.
   */
  send(appends: readonly PendingAppend[]): InFlight | null;

  /**
   * Waits for the oldest transaction in flight. Null where it failed because the journal had moved: it is to be written
   * by `write`. Where it failed, so do all behind it.
   */
  settle(oldest: InFlight): Promise<Attempt | null>;

  /** Lets go of the connection. */
  close(): Promise<void>;
}
