// The developer's commands behind npm: `build`, `format`, `docs`, `check`, `test`, `unit`, `metabase`, `web`, `kills`, `soak`, `terraform`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, launch, pinnedNode, root, SetupError } from './setup.mjs';

const jest = [
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=TimeoutNegativeWarning',
  join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
];
const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');

// What is chosen comes before --selectProjects, which takes every word behind it for a project's name.
const tasks = {
  build: async () => 0,
  format: (args) => node([biome, 'check', '--write', ...args]),
  terraform: (args) => node([join(root, 'scripts', 'terraform-check.mjs'), ...args]),
  docs: (args) => node([join(root, 'scripts', 'docs.mjs'), ...args]),
  check: (args) => node([join(root, 'scripts', 'check.mjs'), ...args]),
  unit: (args) => node([...jest, ...args, '--selectProjects', 'unit']),
  test: (args) => node([...jest, ...args, '--selectProjects', 'unit', 'integration', 'acceptance']),
  // The dashboards: their files, what Metabase is told of them, and what each question answers on a real PostgreSQL.
  metabase: (args) => node([...jest, 'test/metabase', ...args, '--selectProjects', 'unit', 'integration']),
  // The web application in a real browser. Without Chromium its tests are skipped, and in CI they fail (test/support/requires.ts).
  web: (args) => node([...jest, 'test/web/.*\\.it\\.test\\.ts$', ...args, '--selectProjects', 'integration']),
  // `--cluster` kills processes of a cluster instead of a house in one process; `--short` a few of them.
  kills: (args) => {
    const own = ['--cluster', '--short'];
    if (args.includes('--short')) process.env.GAVEL_TEST_KILLS = '6';
    const project = args.includes('--cluster') ? 'cluster-kills' : 'kills';
    // One file after the other: each has a house, PostgreSQL and bidders without end on the same cores.
    return node([...jest, '--runInBand', ...args.filter((arg) => !own.includes(arg)), '--selectProjects', project]);
  },
  // Hostile clients beside a bidder, a minute each; `--short` some seconds each.
  soak: (args) => {
    if (args.includes('--short')) process.env.GAVEL_TEST_SOAK_SECONDS = '5';
    return node([...jest, '--runInBand', ...args.filter((arg) => arg !== '--short'), '--selectProjects', 'soak']);
  },
};

await launch(async ([name, ...args]) => {
  const task = tasks[name];
  if (!task) throw new SetupError(`no task named ${name}; there are ${Object.keys(tasks).join(', ')}`);
  await ensureInstalled();
  await ensureBuilt();
  process.exitCode = await task(args);
});

/** Runs the pinned Node in the repository's root; resolves to its exit code, 128 and more for a signal as shells do. */
function node(args) {
  const child = spawn(pinnedNode, args, { cwd: root, stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the child by itself; this process only has to outlive it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 130));
  });
}
