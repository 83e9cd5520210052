import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { scratchDirectory } from '../support/scratch.js';

const scratch = scratchDirectory('docs-site');
afterAll(() => scratch.remove());

const build = (out: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, ['scripts/docs.mjs', '--out', join(scratch.path, out), ...args], { encoding: 'utf8' });

it('builds every page of the repository, and no link of theirs leads nowhere', () => {
  const { status, stdout, stderr } = build('ours');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^\d+ pages in /);
  const home = readFileSync(join(scratch.path, 'ours', 'index.html'), 'utf8');
  expect(home).toContain('<a href="docs/tutorial.html">');
  // A file of the code that a page links to is there as text.
  expect(existsSync(join(scratch.path, 'ours', 'src', 'engine', 'partition-engine.ts.html'))).toBe(true);
  expect(home).not.toContain('<script');
});

describe('a page that is wrong', () => {
  const root = join(scratch.path, 'wrong');
  mkdirSync(join(root, 'docs'), { recursive: true });
  writeFileSync(join(root, 'docs', 'new.md'), '# New\n\n## There, it is\n');
  writeFileSync(
    join(root, 'README.md'),
    [
      '# Title',
      '[fine](docs/new.md#there-it-is) [own](#title) [outside](https://example.com/)',
      '[a](docs/gone.md) [b](docs/new.md#not-there) [c](#nor-there) [d](../outside.md)',
      '![e](https://example.com/picture.png)',
    ].join('\n\n'),
  );
  const { status, stderr } = build('planted', '--root', root);

  it.each([
    ['a file that is gone', 'README.md: docs/gone.md: there is no such file'],
    ['a heading that is gone', 'README.md: docs/new.md#not-there: the page has no such heading'],
    ['a heading of its own', 'README.md: #nor-there: the page has no such heading'],
    ['a file outside', 'README.md: ../outside.md: there is no such file'],
    ["somebody else's picture", "README.md: https://example.com/picture.png: a picture of somebody else's server"],
    ['what a browser would fetch', "index.html: https://example.com/picture.png: somebody else's server"],
    ['a page that no list has', 'contents: docs/new.md: it stands in no group'],
    ['a page that is listed and gone', 'contents: docs/tutorial.md: there is no such page'],
  ])('fails the build by %s', (_, problem) => {
    expect(stderr.split('\n')).toContain(problem);
    expect(status).toBe(1);
  });

  it('is not told of links that are right', () => {
    for (const right of ['there-it-is', '#title', 'https://example.com/:']) expect(stderr).not.toContain(right);
  });
});
