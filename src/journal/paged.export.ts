// Exports from any journal, page by page through the port.
import { Readable } from 'node:stream';
import type { Journal, JournalEntry, Position } from './journal.js';
import type { ExportCut, JournalExport } from './journal-export.js';

const PAGE_MAX = 4_096;

export class PagedExport implements JournalExport {
  constructor(private readonly journal: Pick<Journal, 'readAll' | 'comparePositions' | 'printPosition'>) {}

  async cutAfter(after: Position | null, rowsMax: number): Promise<ExportCut | null> {
    let at: Position | null = null;
    let left = rowsMax;
    while (left > 0) {
      const page = await this.journal.readAll(at ?? after, Math.min(PAGE_MAX, left));
      const last = page.at(-1);
      if (last === undefined) break;
      at = last.position;
      left -= page.length;
    }
    return at === null ? null : { last: at, rows: rowsMax - left };
  }

  async copy(after: Position | null, last: Position): Promise<Readable> {
    return Readable.from(this.lines(after, last), { objectMode: false });
  }

  private async *lines(after: Position | null, last: Position): AsyncGenerator<string> {
    for (let at = after; at === null || this.journal.comparePositions(at, last) < 0; ) {
      const page = await this.journal.readAll(at, PAGE_MAX);
      const newest = page.at(-1);
      if (newest === undefined)
        throw new Error(`the journal ends before position ${this.journal.printPosition(last)}, which was recorded`);
      const wanted = page.filter(({ position }) => this.journal.comparePositions(position, last) <= 0);
      yield wanted.map((entry) => this.line(entry)).join('');
      at = newest.position;
    }
  }

  private line(entry: JournalEntry): string {
    const { streamId, revision, eventType, schemaVersion, occurredAt, recordedAt, meta, hash, text } = entry;
    const { commandId, actorId, fingerprint, correlationId, causationId } = meta;
    const head = [this.journal.printPosition(entry.position), streamId, revision, eventType, schemaVersion];
    const tail = [occurredAt, recordedAt, commandId, actorId, hash, fingerprint, correlationId, causationId, text];
    return `${[...head, ...tail].map(csvValue).join(',')}\n`;
  }
}

function csvValue(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
