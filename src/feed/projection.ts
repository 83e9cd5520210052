// What a consumer asks of a projection, and how a projection says that an event cannot be applied.
import type { ClientBase } from 'pg';
import type { RecordedEvent } from '../journal/journal.js';

/**
 * Writes what a batch came to. It runs inside the consumer's transaction and must not end it. Its statements may leave before
 * it is known that the checkpoint has not been moved by another, and are rolled back if it has; whatever else it does must
 * be right to do all the same, and to do again.
 */
export type Write = (client: ClientBase) => Promise<void>;

export interface Projection {
  /** The consumer's name: the key of its checkpoint. */
  readonly name: string;
  /** The schemas that its SQL finds its tables in, in this order. */
  readonly searchPath: readonly string[];
  /** A query for one row, `found`: whether its tables hold any row. Absent where it has no tables of its own. */
  readonly findRows?: string;
  /**
   * Works out what a batch comes to, without any input or output; null when it comes to nothing. An error thrown here, or
   * a `DataProblem` thrown by the write, says that an event of the batch cannot be applied.
   */
  prepare(events: readonly RecordedEvent[]): Write | null;
}

/** An event that cannot be applied to what is there. The message must not repeat amounts or personal data. */
export class DataProblem extends Error {
  readonly code = 'DataProblem';
  constructor(problem: string) {
    super(problem);
    this.name = 'DataProblem';
  }
}
