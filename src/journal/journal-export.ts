// The journal as CSV, for whoever copies it whole: faster than entry by entry, and exactly as it is stored.
import type { Readable } from 'node:stream';
import type { Position } from './journal.js';

/** The columns of an exported event, in this order. Times in epoch milliseconds; the hash in hexadecimal. */
export const EXPORT_COLUMNS = [
  'position',
  'stream_id',
  'revision',
  'event_type',
  'schema_version',
  'occurred_at',
  'recorded_at',
  'command_id',
  'actor_id',
  'hash',
  'fingerprint',
  'correlation_id',
  'causation_id',
  'payload',
] as const;

/** Events up to and including `last`. */
export type ExportCut = Readonly<{ last: Position; rows: number }>;

export interface JournalExport {
  /** The `rowsMax`-th event behind `after`, or the newest if there are fewer, and how many there are; null for none. */
  cutAfter(after: Position | null, rowsMax: number): Promise<ExportCut | null>;
  /**
   * Events behind `after` up to and including `last`, in order, one a line: CSV as PostgreSQL's COPY writes it (values with
   * quotes, commas or line ends in double quotes; an absent value is empty and without quotes). Unreadable events are told
   * like all others.
   */
  copy(after: Position | null, last: Position): Promise<Readable>;
}
