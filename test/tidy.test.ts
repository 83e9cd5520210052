// House rules that no compiler or linter knows, over every file that git tracks.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const tracked = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(existsSync);
const isText = (path: string) => !/\.(png|ico|jpg|woff2|parquet)$/.test(path);
const files = tracked.filter(isText).map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const own = 'test/tidy.test.ts';

/** `path:line: text` of every line that matches, for a message that can be clicked. */
function linesWith(pattern: RegExp, wanted: (path: string) => boolean): string[] {
  return files
    .filter(({ path }) => path !== own && wanted(path))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
}

const isCode = (path: string) =>
  /^(src|bench|acceptance|test|scripts|sql|web|terraform|lint|\.ci|\.github)\//.test(path);

it('leaves no unfinished work behind', () => {
  expect(linesWith(/\b(TODO|FIXME|XXX|HACK)\b/, isCode)).toEqual([]);
});

it('runs every test: none is focused, and a skip goes through test/support/requires.ts, which says why', () => {
  const pattern = /\b(it|test|describe)\.(only|skip|todo|failing)\b|\b(xit|xdescribe|fit|fdescribe)\(/;
  expect(linesWith(pattern, (path) => path.startsWith('test/') && path !== 'test/support/requires.ts')).toEqual([]);
});

it('names no registry and no directory of the machine it was written on', () => {
  const registry = /"resolved"|registry\.npmjs|https?:\/\/[^\s"']*\/-\/[^\s"']+\.tgz/;
  const machine = /(^|[\s"'`(=:])\/(work|root|home|Users)\/(?!\$|\{)[a-z]/;
  expect(linesWith(registry, (path) => !path.endsWith('.md'))).toEqual([]);
  expect(linesWith(machine, () => true)).toEqual([]);
});

it('has no function and no trigger in sql/silver, which would act on the version in use while another is built', () => {
  const pattern = /\bCREATE\s+(OR\s+REPLACE\s+)?(FUNCTION|PROCEDURE|TRIGGER|EVENT\s+TRIGGER|RULE)\b/i;
  expect(linesWith(pattern, (path) => path.startsWith('sql/silver/'))).toEqual([]);
});

it('has no broken relative link in its pages', () => {
  const pages = files.filter(({ path }) => path.endsWith('.md'));
  const broken = pages.flatMap(({ path, text }) =>
    [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target ?? '')
      .filter((target) => !/^[a-z]+:|^#/.test(target))
      .filter((target) => !existsSync(normalize(join(dirname(path), decodeURI(target.replace(/#.*$/, ''))))))
      .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});

/** Lines such as `1. [path](path), \`name\`: what happens there`, in the section on a bid's way. */
const stepsOf = (section: string) =>
  [...section.matchAll(/^(?:\d+\.|-) \[[^\]]+\]\(([^)]+)\)(?:, `([^`]+)`)?/gm)].map(([, path = '', name = '']) => ({
    path,
    name,
  }));

describe("a bid's way in the README", () => {
  const readme = readFileSync('README.md', 'utf8');
  const section = readme.split(/^## /m).find((part) => part.startsWith("A bid's way")) ?? '';
  const steps = stepsOf(section);

  it('is there, from the API to Silver', () => {
    const folders = new Set(steps.map(({ path }) => path.split('/').slice(0, 2).join('/')));
    for (const folder of [
      'src/api',
      'src/bus',
      'src/engine',
      'src/domain',
      'src/journal',
      'src/feed',
      'src/projections',
    ])
      expect(folders).toContain(folder);
  });

  it('names a function in each file, and the file has it', () => {
    const isIn = ({ path, name }: (typeof steps)[number]): boolean => {
      const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
      // Declared there, not only called: `name(` at the start of a line or behind `function`, `const` or `private async`.
      if (path.endsWith('.ts'))
        return new RegExp(
          `^(export )?(const|(async )?function) ${name}\\b|^  (private )?(async )?${name}\\(`,
          'm',
        ).test(text);
      return name !== '' && text.includes(name);
    };
    expect(steps.filter((step) => !isIn(step))).toEqual([]);
  });

  it('would miss a function that has moved', () => {
    expect(stepsOf('1. [a](src/engine/judge.ts), `gone`: x')).toEqual([{ path: 'src/engine/judge.ts', name: 'gone' }]);
    expect(readFileSync('src/engine/judge.ts', 'utf8')).not.toMatch(/\bgone\(/);
  });
});

const withoutCode = (markdown: string) => markdown.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

it('names every optional package of every platform in the lock file, or npm ci fails elsewhere', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const entries: { optionalDependencies?: Record<string, string> }[] = Object.values(packages);
  const names = entries.flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  const known = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

describe('settings', () => {
  // Every setting of ours is named GAVEL_… in src/config.ts and nowhere else first.
  const settingsIn = (wanted: (path: string) => boolean) =>
    new Set(files.filter(({ path }) => wanted(path)).flatMap(({ text }) => text.match(/\bGAVEL_[A-Z0-9_]+\b/g) ?? []));
  const declared = settingsIn((path) => path === 'src/config.ts');
  const deployment = (path: string) => /^docker-compose.*\.ya?ml$|^terraform\/|^Dockerfile/.test(path);
  const prose = (path: string) => path.endsWith('.md');

  it.each([
    ['deployments', deployment],
    ['pages', prose],
  ])('of %s are those that src/config.ts declares', (_, wanted) => {
    // The test run's own variables are not the program's.
    const unknown = [...settingsIn(wanted)].filter((name) => !declared.has(name) && !name.startsWith('GAVEL_TEST_'));
    expect(existsSync('src/config.ts') ? unknown : []).toEqual([]);
  });
});
