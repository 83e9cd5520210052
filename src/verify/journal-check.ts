// What must hold of the journal itself: no gap in positions or revisions, no text that does not match its hash, nothing
// that cannot be read.
import { hash } from 'node:crypto';
import type { StreamId } from '../domain/messages.js';
import type { Journal, JournalEntry, Position } from '../journal/journal.js';
import type { Findings } from './findings.js';

export class JournalCheck {
  events = 0;
  private last: Position | null = null;
  /** One small number a stream: the only thing here that grows with the journal. */
  private readonly revisions = new Map<StreamId, number>();

  constructor(
    private readonly journal: Pick<Journal, 'comparePositions' | 'eventsBetween' | 'printPosition'>,
    private readonly findings: Findings,
  ) {}

  get streams(): number {
    return this.revisions.size;
  }

  /** Takes the next entry in the journal's order; what is wrong with it goes to the findings. */
  take(entry: JournalEntry): void {
    this.events += 1;
    const { streamId, revision, position } = entry;
    this.takePosition(entry);
    const expected = (this.revisions.get(streamId) ?? -1) + 1;
    if (revision !== expected) this.report(entry, `revision ${revision} comes where ${expected} is due`);
    this.revisions.set(streamId, revision);
    this.last = position;
    if (entry.kind === 'unreadable') this.report(entry, `cannot be read: ${entry.problem}`);
    else if (hash('sha256', entry.text) !== entry.hash) this.report(entry, 'its text does not match its hash');
  }

  private takePosition(entry: JournalEntry): void {
    const { position } = entry;
    const [printed, before] = [this.journal.printPosition(position), this.last];
    if (this.journal.comparePositions(before, position) >= 0) this.report(entry, `position ${printed} is out of order`);
    const step = this.journal.eventsBetween(before, position);
    if (step === null || step === 1n) return;
    const due = before === null ? 1n : BigInt(this.journal.printPosition(before)) + 1n;
    this.report(entry, `position ${printed} comes where ${due} is due`);
  }

  /** Notes what is wrong with an entry. */
  report({ streamId, revision }: JournalEntry, problem: string): void {
    this.findings.report({ check: 'journal', subject: `${streamId} r${revision}`, problem });
  }
}
