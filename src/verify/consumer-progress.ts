// How far a consumer has come in the journal, and what it lacks.
import type pg from 'pg';
import { type Instant, isoTime } from '../domain/time.js';
import { inSlice } from '../feed/versions/slice.js';
import type { Journal, JournalEntry, Position } from '../journal/journal.js';
import type { Findings } from './findings.js';
import * as sql from './verify.sql.js';

type Slices = readonly Readonly<{ index: number; count: number; position: Position | null }>[];

/** How far a consumer had come when it was asked. */
export class ConsumerProgress {
  /** Entries behind the checkpoint, and when the oldest of them was recorded. */
  private missing = 0;
  private missingSince: Instant | null = null;

  private constructor(
    private readonly consumer: string,
    private readonly journal: Journal,
    private readonly slices: Slices,
    readonly printed: readonly (string | null)[],
  ) {}

  static async of(client: pg.Client, consumer: string, journal: Journal): Promise<ConsumerProgress> {
    const { rows } = await client.query<{ consumer: string; slice: number; slices: number; position: string | null }>(
      sql.CHECKPOINTS,
    );
    const own = rows.filter((checkpoint) => checkpoint.consumer === consumer).sort((a, b) => a.slice - b.slice);
    const slices = own.map(({ slice, slices: count, position }) => ({
      index: slice,
      count,
      position: position === null ? null : journal.parsePosition(position),
    }));
    return new ConsumerProgress(
      consumer,
      journal,
      slices,
      own.map(({ position }) => position),
    );
  }

  /** A checkpoint ahead of the journal belongs to another journal, or the journal has lost its end. True if it is. */
  reportBeyond(head: Position | null, findings: Findings): boolean {
    let isBeyond = false;
    for (const { position } of this.slices) {
      if (position === null || this.journal.comparePositions(position, head) <= 0) continue;
      isBeyond = true;
      const problem = `stands at position ${this.journal.printPosition(position)}, behind the journal's end`;
      findings.report({ check: 'checkpoint', subject: this.consumer, problem });
    }
    return isBeyond;
  }

  /** Counts an entry that the consumer has yet to come to. */
  note(entry: JournalEntry): void {
    if (this.hasPassed(entry)) return;
    this.missing += 1;
    this.missingSince ??= entry.recordedAt;
  }

  /**
   * What has not been read cannot differ, so that a consumer which lags tells nothing. One at the beginning has not begun,
   * however new the events are.
   */
  reportLag({ before, lagMaxMs }: Readonly<{ before: Instant; lagMaxMs: number }>, findings: Findings): void {
    if (this.missingSince === null) return;
    const begun = this.slices.some(({ position }) => position !== null);
    if (begun && this.missingSince >= before) return;
    const stands = this.slices.length === 0 ? 'has no checkpoint' : `stands at ${this.printed.map(placeOf).join(', ')}`;
    const behind = `${this.missing} events behind the journal's end, the oldest recorded at ${isoTime(this.missingSince)}`;
    const allowed = begun ? `; at most ${lagMaxMs / 1_000} s are allowed (--lag)` : '';
    findings.report({ check: 'checkpoint', subject: this.consumer, problem: `${stands}, ${behind}${allowed}` });
  }

  private hasPassed({ streamId, position }: JournalEntry): boolean {
    const slice = this.slices.find((candidate) => inSlice(streamId, candidate));
    return slice !== undefined && this.journal.comparePositions(position, slice.position) <= 0;
  }
}

const placeOf = (position: string | null): string => (position === null ? 'the beginning' : `position ${position}`);
