// However rows are parted into COPYs, PostgreSQL has all of them, once and in order.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { binaryCopies, ROWS_A_COPY } from '../../src/postgres/binary-copies.js';
import { BinaryRows } from '../../src/postgres/binary-rows.js';
import { copyRows } from '../../src/postgres/copy-query.js';
import { freshClient } from '../support/postgres.js';

let client: pg.Client;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ client, drop } = await freshClient('CREATE TABLE kept (place serial, number integer, words text)'));
});
afterAll(() => drop?.());

function rowsOf(from: number, count: number): BinaryRows {
  const rows = new BinaryRows();
  for (let i = from; i < from + count; i++) rows.row(2).int4(i).utf8Field(`${i}é`);
  return rows;
}

async function keep(contents: ReturnType<typeof binaryCopies>): Promise<readonly number[]> {
  await client.query('TRUNCATE kept RESTART IDENTITY');
  await copyRows(client, 'COPY kept (number, words) FROM STDIN (FORMAT binary)', contents);
  const { rows } = await client.query("SELECT number FROM kept WHERE words = number || 'é' ORDER BY place");
  return rows.map(({ number }) => number);
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

it.each([
  [1, 1],
  [ROWS_A_COPY - 1, 1],
  [ROWS_A_COPY, 1],
  [ROWS_A_COPY + 1, 2],
  [2 * ROWS_A_COPY, 2],
  [2 * ROWS_A_COPY + 1, 3],
])('%d rows are %d COPYs', async (count, copies) => {
  const parted = binaryCopies(rowsOf(0, count));
  expect(parted).toHaveLength(copies);
  expect(await keep(parted)).toEqual(upTo(count));
});

it('no rows are no COPY', () => {
  expect(binaryCopies(new BinaryRows())).toEqual([]);
});

it.each(['release', 'clear'] as const)('after %s a buffer has no rows any more', (end) => {
  const rows = rowsOf(0, 2);
  rows[end]();
  expect(rows.rowCount).toBe(0);
});
