// What is written as binary rows is what PostgreSQL has in its table afterwards.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type pg from 'pg';
import { instant } from '../../src/domain/time.js';
import { binaryCopies } from '../../src/postgres/binary-copies.js';
import { BinaryRows } from '../../src/postgres/binary-rows.js';
import { copyRows } from '../../src/postgres/copy-query.js';
import { freshClient } from '../support/postgres.js';

const INT8_MAX = 2n ** 63n - 1n;

let client: pg.Client;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ client, drop } = await freshClient(`CREATE TABLE kept (
    row integer, small smallint, large bigint, amount bigint, id uuid, at timestamptz, code text, words text, bytes bytea)`));
});
afterAll(() => drop?.());

const anyRow = fc.record({
  small: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  large: fc.maxSafeInteger(),
  amount: fc.bigInt({ min: -INT8_MAX - 1n, max: INT8_MAX }),
  id: fc.option(fc.uuid()),
  at: fc.date({ min: new Date('1970-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
  code: fc.string({ unit: fc.constantFrom('a', 'Z', '-', '\\', '\t', '\n') }),
  words: fc.option(
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
    { nil: null },
  ),
  bytes: fc.uint8Array({ maxLength: 40 }),
});

async function keep(rows: BinaryRows): Promise<void> {
  await client.query('TRUNCATE kept');
  const copy = 'COPY kept FROM STDIN (FORMAT binary)';
  await copyRows(client, copy, binaryCopies(rows));
}

describe('binary rows', () => {
  it('are kept as they were meant', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 20 }), async (wanted) => {
        const rows = new BinaryRows();
        for (const [n, { small, large, amount, id, at, code, words, bytes }] of wanted.entries()) {
          rows.row(9).int4(n).int2(small).int8(large).amount(amount);
          if (id === null) rows.null();
          else rows.uuid(id);
          rows.time(instant(at.getTime())).asciiField(code);
          if (words === null) rows.null();
          else rows.utf8Field(words);
          const room = rows.bytesLater(bytes.length);
          rows.fillBytes(room, Buffer.from(bytes).toString('latin1'));
        }
        await keep(rows);
        const { rows: kept } = await client.query('SELECT * FROM kept ORDER BY row');
        const expected = wanted.map(({ large, amount, bytes, ...rest }, row) => ({
          ...rest,
          row,
          large: String(large),
          amount: String(amount),
          bytes: Buffer.from(bytes),
        }));
        expect(kept).toEqual(expected);
        rows.release();
      }),
      { numRuns: 50 },
    );
  });

  it.each([0, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 32, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
    'hold the number %d',
    async (value) => {
      const rows = new BinaryRows().row(9).int4(1).null();
      rows.int8(value).int8(value).null().null().null().null().null();
      await keep(rows);
      expect((await client.query('SELECT large, amount FROM kept')).rows).toEqual([
        { large: String(value), amount: String(value) },
      ]);
    },
  );

  it('are read as arrays where they are parameters', async () => {
    const arrays = new BinaryRows();
    const columns: [number, number][] = [];
    const column = (write: () => void) => {
      const from = arrays.length;
      write();
      columns.push([from, arrays.length]);
    };
    const ids = ['0192f3c4-5d6e-7f80-8a1b-2c3d4e5f6071', '0192f3c4-5d6e-7f80-8a1b-2c3d4e5f6072'];
    column(() =>
      arrays
        .array('uuid', 3)
        .uuid(ids[0] as string)
        .null()
        .uuid(ids[1] as string),
    );
    column(() => arrays.array('int8', 3).int8(-1).amount(INT8_MAX).null());
    column(() =>
      arrays
        .array('int4', 3)
        .int4(-(2 ** 31))
        .int4(0)
        .int4(7),
    );
    column(() => arrays.array('bool', 3).bool(true).bool(false).null());
    const { rows } = await client.query(
      'SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::integer[], $4::boolean[]) AS u (id, large, small, yes)',
      columns.map(([from, to]) => arrays.view(from, to)),
    );
    expect(rows).toEqual([
      { id: ids[0], large: '-1', small: -(2 ** 31), yes: true },
      { id: null, large: String(INT8_MAX), small: 0, yes: false },
      { id: ids[1], large: null, small: 7, yes: null },
    ]);
  });

  it.each([0.5, 2 ** 53, Number.NaN])('refuse %d as a large integer', (value) => {
    expect(() => new BinaryRows().int8(value)).toThrow(`${value} is not a safe integer`);
  });

  it.each([0.5, 2 ** 31, -(2 ** 31) - 1, Number.NaN])('refuse %d as an integer', (value) => {
    expect(() => new BinaryRows().int4(value)).toThrow(`${value} is not a 32-bit integer`);
  });

  it.each([INT8_MAX + 1n, -INT8_MAX - 2n])('refuse the amount %d', (value) => {
    expect(() => new BinaryRows().amount(value)).toThrow('out of range');
  });

  it.each([
    ['', 'nothing'],
    ['0192f3c4-5d6e-7f80-8a1b-2c3d4e5f607', 'a digit too few'],
    ['0192f3c4-5d6e-7f80-8a1b-2c3d4e5f60711', 'a digit too many'],
    ['0192F3C4-5D6E-7F80-8A1B-2C3D4E5F6071', 'capitals'],
    ['0192f3c4x5d6e-7f80-8a1b-2c3d4e5f6071', 'no dash where the first one goes'],
    ['0192f3c4-5d6e-7f80-8a1b72c3d4e5f6071', 'no dash where the last one goes'],
    ['0192f3c4-5d6e-7f80-8a1b-2c3d4e5f607g', 'a letter that is no digit'],
    ['0192f3c4-5d6e-7f80-8a1b-2c3d4e5f607é', 'a character beyond ASCII'],
  ])('leave it to the server to refuse "%s" as a UUID: %s', async (text) => {
    const rows = new BinaryRows().row(9).int4(1).null().null().null().uuid(text).null().null().null().null();
    await expect(keep(rows)).rejects.toMatchObject({ code: '22P03' });
  });
});
