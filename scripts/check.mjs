// `npm run check`: everything that can be said of the code without starting a server, one line a step.
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const bin = (...path) => join(root, 'node_modules', ...path);
const biome = bin('@biomejs', 'biome', 'bin', 'biome');
const jest = ['--disable-warning=ExperimentalWarning', bin('jest', 'bin', 'jest.js')];

// The longest come first: two run at a time.
const steps = [
  { name: 'types', args: [bin('typescript', 'bin', 'tsc'), '-p', '.'] },
  // The house's own rules; the other unit tests are `npm test`'s.
  {
    name: 'house rules',
    args: [...jest, 'test/tidy', 'test/tooling/docs-site', '--selectProjects', 'unit', '--maxWorkers', '1', '--silent'],
  },
  { name: 'types, web', args: [bin('typescript', 'bin', 'tsc'), '-p', 'web'] },
  { name: 'format', args: [biome, 'format'] },
  { name: 'lint', args: [biome, 'check', '--formatter-enabled=false'] },
  {
    name: 'imports',
    args: [
      bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
      'src',
      'bench',
      'acceptance',
      'web/src',
      '--output-type',
      'err',
    ],
  },
  { name: 'dead code', args: [bin('knip', 'bin', 'knip.js')] },
];
const atOnce = 2;

const startedAt = performance.now();
const queue = [...steps];
const failed = [];
await Promise.all(Array.from({ length: atOnce }, work));

const total = ((performance.now() - startedAt) / 1000).toFixed(1);
for (const { name, output } of failed) console.log(`\n── ${name}\n${output.trim()}`);
console.log(
  failed.length === 0 ? `check passed in ${total} s` : `\ncheck failed: ${failed.map((f) => f.name).join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

async function work() {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const { code, output, seconds } = await run(step.args);
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'}  ${step.name.padEnd(18)}${seconds.toFixed(1).padStart(6)} s`);
    if (code !== 0) failed.push({ name: step.name, output });
  }
}

function run(args) {
  const begun = performance.now();
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  return new Promise((done, reject) => {
    child.on('error', reject);
    child.on('close', (code) => done({ code: code ?? 1, output, seconds: (performance.now() - begun) / 1000 }));
  });
}
