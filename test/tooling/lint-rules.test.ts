import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { scratchDirectory } from '../support/scratch.js';

const biome = join(process.cwd(), 'node_modules', '@biomejs', 'biome', 'bin', 'biome');

const timeAndChance = [
  'export const at = Date.now();',
  'export const at = new Date();',
  'export const at = Date();',
  'export const clock = Date.now;',
  'export const chance = Math.random();',
  'export const id = crypto.randomUUID();',
  "import crypto from 'node:crypto';\nexport const key = crypto.randomBytes(8);",
  "import { randomUUID } from 'node:crypto';\nexport const id = randomUUID();",
  "import { setTimeout as sleep } from 'node:timers/promises';\nexport const nap = () => sleep(1);",
  'setTimeout(() => undefined, 1);',
  'setInterval(() => undefined, 1);',
  'setImmediate(() => undefined);',
  'globalThis.setTimeout(() => undefined, 1);',
  'export const ms = performance.now();',
  'export const ns = process.hrtime.bigint();',
];
const repeatable = [
  'export const at = new Date(5);',
  "import { createHash } from 'node:crypto';\nexport const hash = createHash('sha256');",
];
const others: [rule: string, source: string][] = [
  ['noDefaultExport', 'export default 1;'],
  ['noConsole', "console.log('x');"],
  ['noExplicitAny', 'export const x = (y: any) => y;'],
  ['noNonNullAssertion', 'export const x = (y: string[] | null) => y!;'],
  ['useImportExtensions', "export { x } from './x';"],
  ['noFloatingPromises', 'async function work(): Promise<void> {}\nexport function forget() {\n  work();\n}'],
];

let scratch: ReturnType<typeof scratchDirectory>;
let complaints: string[];

/** Every source is linted as a file of its own in a copy of the project's folders, all in one run. */
beforeAll(() => {
  scratch = scratchDirectory('lint');
  const { vcs: _, ...settings } = JSON.parse(readFileSync('biome.json', 'utf8'));
  write('biome.json', JSON.stringify({ ...settings, $schema: undefined }));
  cpSync('lint', join(scratch.path, 'lint'), { recursive: true });
  for (const [index, source] of timeAndChance.entries()) {
    write(`src/engine/bad-${index}.ts`, source);
    write(`src/runtime/good-${index}.ts`, source);
  }
  for (const [index, source] of repeatable.entries()) write(`src/engine/good-${index}.ts`, source);
  write('src/engine/x.ts', 'export const x = 1;');
  for (const [rule, source] of others) write(`src/engine/${rule}.ts`, source);
  const args = [biome, 'lint', '--reporter', 'github', '--max-diagnostics', 'none', 'src'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: scratch.path, encoding: 'utf8' });
  complaints = stdout.split('\n').filter((line) => line.startsWith('::error'));
});
afterAll(() => scratch.remove());

function write(path: string, text: string): void {
  mkdirSync(dirname(join(scratch.path, path)), { recursive: true });
  writeFileSync(join(scratch.path, path), `${text}\n`);
}

function complaintsAbout(path: string): string {
  return complaints.filter((line) => line.includes(`/${path},`)).join('\n');
}

describe('the runtime port', () => {
  it.each(timeAndChance.map((source, index) => [source, index] as const))(
    'is the only way to time and chance, but for the adapters that implement it: %s',
    (_, index) => {
      expect(complaintsAbout(`src/engine/bad-${index}.ts`)).toMatch(/take a Runtime|noRestricted(Globals|Imports)/);
      expect(complaintsAbout(`src/runtime/good-${index}.ts`)).not.toMatch(/take a Runtime|noRestricted/);
    },
  );
  it.each(repeatable.map((source, index) => [source, index] as const))(
    'is not needed for what gives the same answer every time: %s',
    (_, index) => expect(complaintsAbout(`src/engine/good-${index}.ts`)).toBe(''),
  );
});

it.each(others)('src is held to %s', (rule) => expect(complaintsAbout(`src/engine/${rule}.ts`)).toContain(rule));
