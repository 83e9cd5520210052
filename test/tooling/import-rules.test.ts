import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { scratchDirectory } from '../support/scratch.js';

const root = process.cwd();
const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

// A small tree in which every file breaks the layout.
const tree = {
  'test/t.ts': 'export const t = 1;',
  'bench/b.ts': "import '../test/t.js';\nimport '@nestjs/common';",
  'acceptance/a.ts': "import '../bench/b.js';\nimport 'ws';",
  'src/lost/lost.ts': 'export const lost = 1;',
  'src/cli/cli.ts': "import '../lost/lost.js';",
  'src/domain/auction/auction.ts':
    "import 'node:fs';\nimport 'pg';\nimport type { E } from '../../engine/e.js';\nexport const a: E = 1;",
  'src/journal/postgres.journal.ts': "import { a } from '../domain/auction/auction.js';\nexport const j = a;",
  'src/journal/memory.journal.ts': "import './postgres/p.js';",
  'src/journal/postgres/p.ts': "import '../append-check.js';\nexport const p = 1;",
  'src/journal/append-check.ts': 'export const c = 1;',
  'src/journal/eventstoredb/s.ts': "import '../postgres/p.js';\nimport '../append-check.js';",
  'src/engine/e.ts': [
    "import '../journal/postgres.journal.js';",
    "import '../cli/cli.js';",
    "import '../../test/t.js';",
    "import '../../bench/b.js';",
    "import '@nestjs/common';",
    "import 'fast-check';",
    "import './nowhere.js';",
    'export type E = number;',
  ].join('\n'),
  'src/projections/silver/s.ts':
    "import { a } from '../../domain/auction/auction.js';\nimport '../../engine/e.js';\nexport const s = a;",
  'src/api/a.ts': "import '../journal/postgres.journal.js';\nimport 'pg';\nimport '../projections/silver/s.js';",
};

let scratch: ReturnType<typeof scratchDirectory>;
let report: string;

beforeAll(() => {
  scratch = scratchDirectory('imports');
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(scratch.path, path)), { recursive: true });
    writeFileSync(join(scratch.path, path), `${text}\n`);
  }
  writeFileSync(join(scratch.path, 'package.json'), '{"type":"module","devDependencies":{"fast-check":"*"}}');
  symlinkSync(join(root, 'node_modules'), join(scratch.path, 'node_modules'));
  const args = [
    cruiser,
    'src',
    'bench',
    'acceptance',
    '--config',
    join(root, '.dependency-cruiser.cjs'),
    '--output-type',
    'err',
  ];
  report = spawnSync(process.execPath, args, { cwd: scratch.path, encoding: 'utf8' }).stdout;
});
afterAll(() => scratch.remove());

it.each([
  'domain-node: src/domain/auction/auction.ts',
  'domain-npm: src/domain/auction/auction.ts',
  'domain-local: src/domain/auction/auction.ts → src/engine/e.ts',
  'journal-domain-rules: src/journal/postgres.journal.ts → src/domain/auction/auction.ts',
  'journal-local: src/journal/memory.journal.ts → src/journal/postgres/p.ts',
  'journal/eventstoredb-local: src/journal/eventstoredb/s.ts → src/journal/postgres/p.ts',
  'engine-local: src/engine/e.ts → src/journal/postgres.journal.ts',
  'engine-npm: src/engine/e.ts',
  'projections-domain-rules: src/projections/silver/s.ts → src/domain/auction/auction.ts',
  'projections-local: src/projections/silver/s.ts → src/engine/e.ts',
  'api-local: src/api/a.ts → src/journal/postgres.journal.ts',
  'api-local: src/api/a.ts → src/projections/silver/s.ts',
  'api-npm: src/api/a.ts',
  'mains-are-not-imported: src/engine/e.ts → src/cli/cli.ts',
  'folder-without-rules: src/cli/cli.ts → src/lost/lost.ts',
  'src-never-test: src/engine/e.ts → test/t.ts',
  'src-never-test: src/engine/e.ts → bench/b.ts',
  'bench-local: bench/b.ts → test/t.ts',
  'bench-npm: bench/b.ts',
  'acceptance-local: acceptance/a.ts → bench/b.ts',
  'acceptance-npm: acceptance/a.ts',
  'no-dev-packages: src/engine/e.ts',
  'no-circles: ',
  'resolvable: src/engine/e.ts → ./nowhere.js',
])('the import checker refuses %s', (violation) => expect(report).toContain(`error ${violation}`));

it('the import checker lets an adapter use what lies right in the folder around it', () =>
  expect(report).not.toContain('→ src/journal/append-check.ts'));

it('every folder of src/ has a row in the table', () => {
  const { forbidden } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs'));
  const rows = forbidden.map((rule: { name: string }) => rule.name);
  const listed = execFileSync('git', ['ls-files', 'src'], { encoding: 'utf8' }).split('\n');
  const folders = new Set(listed.filter((path) => path.split('/').length > 2).map((path) => path.split('/')[1]));
  expect([...folders].filter((folder) => !rows.includes(`${folder}-local`))).toEqual([]);
});
