// Whose fault a failed batch is: an event's, which is then parked, or the world's, which is waited out.
import pg from 'pg';
import type { JournalEntry, RecordedEvent } from '../journal/journal.js';
import { DataProblem, type Projection, type Write } from './projection.js';

// SQLSTATE classes that speak of the values written (PostgreSQL manual, appendix A): 21 cardinality violation, 22 data
// exception, 23 integrity constraint violation, 54 program limit exceeded (a value too long for an index), P0 raised by a
// trigger. Everything else (connections, locks, shutdown, full disks, a missing table) passes when somebody mends it.
const DATA_CLASSES = new Set(['21', '22', '23', '54', 'P0']);

/** Stands around what a projection's `prepare` threw: without input or output, whatever it throws is about the events. */
export class CannotPrepare extends Error {
  readonly code = 'CannotPrepare';
  constructor(cause: unknown) {
    super('the projection cannot make anything of this event', { cause });
    this.name = 'CannotPrepare';
  }
}

/**
 * What a projection makes of these entries. Throws only data failures; an entry that the journal cannot read is as much
 * one as an event that the projection cannot apply.
 */
export function prepareEntries(projection: Projection, entries: readonly JournalEntry[]): Write | null {
  if (entries.length === 0) return null;
  const events = entries.map(readable);
  try {
    return projection.prepare(events);
  } catch (error) {
    throw error instanceof DataProblem ? error : new CannotPrepare(error);
  }
}

function readable(entry: JournalEntry): RecordedEvent {
  if (entry.kind === 'event') return entry;
  throw new DataProblem(`the journal cannot read it: ${entry.problem}`);
}

/** True if an event of the batch is to blame, so that trying again would fail again. */
export const isDataFailure = (error: unknown): boolean =>
  error instanceof DataProblem ||
  error instanceof CannotPrepare ||
  (error instanceof pg.DatabaseError && DATA_CLASSES.has(error.code?.slice(0, 2) ?? ''));

/**
 * Why an event was parked, fit for logs: values stay out. PostgreSQL's own messages may quote the value (class 22) and
 * JavaScript's may quote anything, so of those only the kind and the place are told.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof DataProblem) return error.message;
  if (error instanceof CannotPrepare) return `${error.message}: ${placeOf(error.cause)}`;
  if (error instanceof pg.DatabaseError) {
    const where = [
      ['table', error.table],
      ['column', error.column],
      ['constraint', error.constraint],
    ].flatMap(([what, name]) => (name === undefined ? [] : [`${what} ${name}`]));
    return [`PostgreSQL refused it with SQLSTATE ${error.code}`, ...where].join(', ');
  }
  return placeOf(error);
}

function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is not an error was thrown';
  const frame = error.stack?.split('\n').find((line) => line.startsWith('    at '));
  return frame === undefined ? error.name : `${error.name} ${frame.trim()}`;
}
