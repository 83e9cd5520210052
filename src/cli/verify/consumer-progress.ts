// Up to where a consumer has applied the journal, as one snapshot of the database tells it.
import type pg from 'pg';
import type { StreamId } from '../../domain/messages.js';
import { inSlice } from '../../feed/slice.js';
import type { Journal, JournalEntry, Position } from '../../journal/journal.js';
import type { Findings } from './findings.js';
import * as sql from './verify.sql.js';

type Slices = readonly Readonly<{ index: number; count: number; position: Position | null }>[];

/** How far a consumer had come when the snapshot was taken, and from where on it has set streams aside. */
export class ConsumerProgress {
  private constructor(
    private readonly consumer: string,
    private readonly journal: Journal,
    private readonly slices: Slices,
    private readonly parkedFrom: ReadonlyMap<StreamId, number>,
    readonly printed: readonly (string | null)[],
  ) {}

  static async of(client: pg.Client, consumer: string, journal: Journal): Promise<ConsumerProgress> {
    const { rows } = await client.query<{ consumer: string; slice: number; slices: number; position: string | null }>(
      sql.CHECKPOINTS,
    );
    const parked = await client.query<{ consumer: string; stream_id: StreamId; revision: number }>(sql.PARKED_FROM);
    const own = rows.filter((checkpoint) => checkpoint.consumer === consumer).sort((a, b) => a.slice - b.slice);
    const slices = own.map(({ slice, slices: count, position }) => ({
      index: slice,
      count,
      position: position === null ? null : journal.parsePosition(position),
    }));
    const from = parked.rows.filter((stream) => stream.consumer === consumer);
    const parkedFrom = new Map(from.map(({ stream_id, revision }) => [stream_id, revision]));
    return new ConsumerProgress(
      consumer,
      journal,
      slices,
      parkedFrom,
      own.map(({ position }) => position),
    );
  }

  /** A checkpoint ahead of the journal belongs to another journal, or the journal has lost its end. */
  reportBeyond(head: Position | null, findings: Findings): void {
    for (const { position } of this.slices) {
      if (position === null || this.journal.comparePositions(position, head) <= 0) continue;
      const problem = `stands at position ${this.journal.printPosition(position)}, behind the journal's end`;
      findings.report({ check: 'checkpoint', subject: this.consumer, problem });
    }
  }

  /** Whether the consumer has applied this entry. */
  includes({ streamId, revision, position }: JournalEntry): boolean {
    const slice = this.slices.find((candidate) => inSlice(streamId, candidate));
    if (slice === undefined || this.journal.comparePositions(position, slice.position) > 0) return false;
    const parkedFrom = this.parkedFrom.get(streamId);
    return parkedFrom === undefined || revision < parkedFrom;
  }
}
