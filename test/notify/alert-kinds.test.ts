import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { ALERT_KINDS, aboutAlert } from '../../src/notify/alerts/alert-kinds.js';

const MARK = /<!-- From here on made from .*-->\n/;

/** The table of docs/alerts.md. */
const table = (): string =>
  [
    '',
    '| Alert | Severity | What it means | What to do first |',
    '|---|---|---|---|',
    ...ALERT_KINDS.map((kind) => {
      const { severity, means, todo, runbook } = aboutAlert(kind);
      return `| \`${kind}\` | ${severity} | ${means} | ${todo} [Runbook](runbook.md#${runbook}) |`;
    }),
    '',
  ].join('\n');

/** As GitHub makes addresses of headings. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(/\s/g, '-');

const headings = readFileSync('docs/runbook.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('#'))
  .map((line) => anchorOf(line.replace(/^#+ /, '')));

it.each(ALERT_KINDS)('%s has a place in the runbook', (kind) => {
  expect(headings).toContain(aboutAlert(kind).runbook);
});

it('has a heading for nothing else: each one of the runbook about alerts is some alert’s', () => {
  const named = new Set(ALERT_KINDS.map((kind) => aboutAlert(kind).runbook));
  expect(headings.filter((anchor) => anchor.startsWith('alert-') && !named.has(anchor))).toEqual([]);
});

it('has its page: run this file with GAVEL_TEST_WRITE=1 to write docs/alerts.md anew', () => {
  const page = readFileSync('docs/alerts.md', 'utf8');
  const [mark] = MARK.exec(page) ?? [];
  const made = `${page.slice(0, page.indexOf(mark ?? '') + (mark ?? '').length)}${table()}`;
  if (process.env['GAVEL_TEST_WRITE'] === '1') writeFileSync('docs/alerts.md', made);
  expect(readFileSync('docs/alerts.md', 'utf8')).toBe(made);
});
