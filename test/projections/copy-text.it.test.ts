import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type pg from 'pg';
import { copyRows } from '../../src/postgres/copy-query.js';
import { arrayOf, copyNullable, copyText } from '../../src/projections/copy-text.js';
import { freshClient } from '../support/postgres.js';

let client: pg.Client;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ client, drop } = await freshClient('CREATE TABLE texts (n integer, text text)'));
});
afterAll(() => drop?.());

const COPY = 'COPY texts FROM STDIN';
const copied = async (texts: readonly (string | null)[]) => {
  await client.query('TRUNCATE texts');
  const rows = texts.map((text, n) => `${n}\t${text === null ? '\\N' : copyText(text)}\n`).join('');
  await copyRows(client, COPY, [[Buffer.from(rows)]]);
  return (await client.query('SELECT text FROM texts ORDER BY n')).rows.map(({ text }) => text);
};

it('brings back every text as it was, whatever it means to COPY', async () => {
  // NUL and lone surrogates are what PostgreSQL cannot hold at all; the domain lets neither in.
  const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => !value.includes('\0'));
  const awkward = fc.constantFrom('\\N', '\\.', '\\', '\t', '\n', '\r\n', '', ' ', '\\\\N', 'a\\tb');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(text, awkward, fc.constant(null)), { maxLength: 20 }), async (texts) => {
      expect(await copied(texts)).toEqual(texts);
    }),
    { numRuns: 100 },
  );
});

it('rejects with the error of PostgreSQL, and leaves the connection fit for use', async () => {
  await expect(copyRows(client, COPY, [[Buffer.from('x\ty\n')]])).rejects.toMatchObject({ code: '22P02' });
  await expect(copyRows(client, 'COPY nothing FROM STDIN', [[Buffer.from('x\n')]])).rejects.toMatchObject({
    code: '42P01',
  });
  expect(await copied(['still here'])).toEqual(['still here']);
});

it('writes nulls and arrays as PostgreSQL reads them', async () => {
  expect([copyNullable(null), copyNullable(0), copyNullable(7n), copyNullable('')]).toEqual(['\\N', '0', '7', '']);
  const { rows } = await client.query('SELECT unnest($1::bigint[]) AS n', [arrayOf([1, null, 30n])]);
  expect(rows).toEqual([{ n: '1' }, { n: null }, { n: '30' }]);
  const flags = await client.query('SELECT $1::boolean[] AS flags', [arrayOf([true, false, null])]);
  expect(flags.rows).toEqual([{ flags: [true, false, null] }]);
});
