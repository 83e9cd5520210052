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

/**
 * What each of several COPYs reads, in order, so that together they hold all of these rows, at most `rowsMax` each. The
 * rows are not copied: they must stay until the server has taken them.
 */
export function binaryCopies(rows: BinaryRows, rowsMax = ROWS_A_COPY): readonly (readonly Buffer[])[] {
  const contents: (readonly Buffer[])[] = [];
  for (let from = 0; from < rows.rowCount; from += rowsMax)
    contents.push([HEADER, rows.rowsBetween(from, Math.min(rows.rowCount, from + rowsMax)), TRAILER]);
  return contents;
}
