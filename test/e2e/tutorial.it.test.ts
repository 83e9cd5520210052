// docs/tutorial.md, line by line in one shell against a house that was just started: what it prints has the shape that the page tells.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWithPsql } from '../support/requires.js';
import { GavelProcess, plainEnvironment } from '../support/run-gavel.js';
import { scratchDirectory } from '../support/scratch.js';

type Block = Readonly<{ title: string; shell: string; expected: string | null }>;

const page = readFileSync('docs/tutorial.md', 'utf8');
/** Each piece of shell under its heading, with the output that follows it. */
const blocks: readonly Block[] = page.split(/^## /m).flatMap((section) => {
  const found = [...section.matchAll(/```sh\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g)];
  const title = section.split('\n')[0] ?? '';
  return found.map(([, shell = '', expected], i) => ({
    title: `${title} ${i + 1}`,
    shell,
    expected: expected ?? null,
  }));
});
const [start, ...typed] = blocks;

/** Three minutes are for somebody who reads. */
const DURATION = ['"durationMs": 180000', '"durationMs": 12000'] as const;
const MARK = '== block';

const scratch = scratchDirectory('tutorial');
let house: GavelProcess;
let printed: readonly string[] = [];
let complaints = '';

describeWithPsql('the tutorial', () => {
  beforeAll(async () => {
    house = GavelProcess.start(['up'], { GAVEL_DATA: scratch.path, GAVEL_HTTP_PORT: '0' });
    await house.printed('Ctrl-C drains and stops.', 120_000);
    mkdirSync(join(scratch.path, 'tmp'));
    const shell = spawn('bash', ['-c', typed.map(({ shell: lines }) => `echo '${MARK}'\n${here(lines)}`).join('\n')], {
      env: {
        ...plainEnvironment(),
        GAVEL_DATA: scratch.path,
        TMPDIR: join(scratch.path, 'tmp'),
        PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      },
    });
    const [told, complained] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')]);
    printed = told.split(`${MARK}\n`).slice(1);
    complaints = complained;
  }, 300_000);

  afterAll(async () => {
    house.child.kill('SIGTERM');
    await house.end();
    scratch.remove();
  });

  it('begins with a house that opens', () => {
    expect(start?.shell).toBe('npm start\n');
    expect(house.stdout).toContain('Gavel is open.');
    expect(page).toContain(DURATION[0]);
  });

  it.each(typed.map((block, i) => ({ ...block, i })).filter(({ expected }) => expected !== null))(
    'prints what the page tells: $title',
    ({ expected, i }) => {
      const output = printed[i] ?? '';
      // What went wrong in the shell stands behind an output that is not as the page tells.
      const shape = shapeOf(expected ?? '');
      expect(shape.test(output) ? output : `${output}\n${complaints}`).toMatch(shape);
    },
  );

  it('has a step for each part of the house', () => {
    const titles = ['Look', 'Register', 'List', 'Watch', 'Bid', 'Close', 'Silver', 'Gold', 'Rebuild'];
    expect([...new Set(typed.map(({ title }) => title.split(' ')[0]))]).toEqual(titles);
    expect(printed).toHaveLength(typed.length);
  });
});

describe('the shape of an output', () => {
  it('takes anything for three dots, and the rest to the letter', () => {
    expect(shapeOf('a|…\nb\n').test('a|12\nb\n')).toBe(true);
    expect(shapeOf('a|…\nb\n').test('a|12\nc\n')).toBe(false);
  });
});

/** The page's address, login and patience in place of this house's. */
function here(lines: string): string {
  const url = /API +(\S+)/.exec(house.stdout)?.[1] ?? 'no address';
  const reader = /psql '([^']+)'/.exec(house.stdout)?.[1] ?? 'no login';
  return lines
    .replace('http://127.0.0.1:3000', url)
    .replace(/^READER='[^']*'/m, `READER='${reader}'`)
    .replace(...DURATION);
}

/** What the page prints, with anything at all in place of three dots. */
function shapeOf(expected: string): RegExp {
  const parts = expected
    .trim()
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}\\s*$`);
}
