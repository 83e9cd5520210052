// Binary rows parted into COPYs. PostgreSQL gathers up to a thousand rows of a COPY before it writes them, in a slot for
// each that refers to the table's description. It notes such references in a hash table, where equal ones lie behind each
// other: a thousandth is put behind 999. So one COPY of a thousand rows costs more than several small ones (docs/adr/0043).
import type { BinaryRows } from './binary-rows.js';

/** Fewer rows cost more for beginning a COPY, more rows for their slots. */
export const ROWS_A_COPY = 128;

/** Stands before the rows of a COPY: signature, no flags, no extension. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** Stands behind them. */
const TRAILER = Buffer.from([0xff, 0xff]);

export class BinaryCopies {
  private readonly pieces: Buffer[][] = [];
  private room = 0;

  /** All rows of one buffer. */
  static of(rows: BinaryRows): BinaryCopies {
    const copies = new BinaryCopies();
    copies.add(rows, 0, rows.rowCount);
    return copies;
  }

  /** Adds the rows from one index to before another; they are not copied, and must stay until the server has taken them. */
  add(rows: BinaryRows, from: number, to: number): void {
    for (let begin = from; begin < to; ) {
      if (this.room === 0) {
        this.pieces.push([]);
        this.room = ROWS_A_COPY;
      }
      const end = Math.min(to, begin + this.room);
      this.pieces.at(-1)?.push(rows.rowsBetween(begin, end));
      this.room -= end - begin;
      begin = end;
    }
  }

  /** How many bytes the rows are. */
  byteLength(): number {
    return this.pieces.flat().reduce((sum, { length }) => sum + length, 0);
  }

  /** What each COPY reads, in order. */
  contents(): readonly (readonly Buffer[])[] {
    return this.pieces.map((rows) => [HEADER, ...rows, TRAILER]);
  }
}
