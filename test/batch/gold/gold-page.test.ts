// docs/gold.md has a table for each table of Gold, made from the headers of its SQL.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { goldTables, parseGoldTable } from '../../../src/batch/gold/gold-tables.js';

const PAGE = 'docs/gold.md';
const MARK = '<!-- From here on made from sql/gold/*.sql by test/batch/gold/gold-page.test.ts. -->\n';

const columnsPage = (): string =>
  goldTables()
    .map(({ name, doc, key, columns }) =>
      [
        `\n### ${name}\n`,
        `${doc.charAt(0).toUpperCase()}${doc.slice(1)} Key: ${key.map((one) => `\`${one}\``).join(', ')}.\n`,
        '| Column | Type | Meaning |',
        '|---|---|---|',
        ...columns.map((one) => `| \`${one.name}\` | ${one.type} | ${one.doc} |`),
        '',
      ].join('\n'),
    )
    .join('');

it('has every column: run this file with GAVEL_TEST_WRITE=1 to write them anew', () => {
  const [written = ''] = readFileSync(PAGE, 'utf8').split(MARK);
  const page = `${written}${MARK}${columnsPage()}`;
  if (process.env['GAVEL_TEST_WRITE'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});

it('refuses a header without a meaning for a column', () => {
  const sql = '-- fraud_summary: refusals.\n-- Key: day\n--   day date:\nSELECT 1';
  expect(() => parseGoldTable('fraud_summary', sql)).toThrow('has the header line "--   day date:"');
  expect(() => parseGoldTable('fraud_summary', sql.replace('-- Key: day\n', ''))).toThrow('have a line "-- Key: …"');
  expect(() =>
    parseGoldTable('fraud_summary', sql.replace('Key: day', 'Key: hour').replace('date:', 'date: a day')),
  ).toThrow('has hour in its key and not in its columns');
});
