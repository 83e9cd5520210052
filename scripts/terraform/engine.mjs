// Terraform itself, on a copy of the code: format, and for each environment `init`, `validate` and `plan` against the double of the
// provider, with the values of its example.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProviderDouble } from './provider-double.mjs';

const quiet = { CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null', TF_IN_AUTOMATION: '1', NO_COLOR: '1' };

/** Runs it in a folder; resolves to the exit code and all that it printed. */
function run(program, folder, args, environment = {}) {
  const env = { ...process.env, ...quiet, ...environment };
  return new Promise((done, failed) => {
    execFile(program, args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') failed(error);
      else done({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

/** Files that are not formatted as `terraform fmt` would, one sentence each. */
export async function formatProblems(program, root) {
  const { stdout } = await run(program, root, ['fmt', '-check', '-recursive']);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((path) => `${path}: not formatted as terraform fmt does`);
}

/**
 * Validates and plans each environment below `root`. Resolves to `plans`, the number of resources to be made by environment, and
 * `problems`. An environment that is not valid is not planned.
 */
export async function planEnvironments(program, root, schemas) {
  const copy = await mkdtemp(join(tmpdir(), 'gavel-terraform-'));
  const double = await startProviderDouble(schemas);
  const plans = {};
  const problems = [];
  try {
    await cp(root, copy, { recursive: true, filter: (path) => !path.includes('.terraform') });
    for (const name of (await readdir(join(copy, 'environments'))).sort()) {
      const found = await planOne(program, join(copy, 'environments', name), double.environment);
      if (found.problem === undefined) plans[name] = found.added;
      else problems.push(`environments/${name}: ${found.problem}`);
    }
  } finally {
    await double.stop();
    await rm(copy, { recursive: true, force: true });
  }
  return { plans, problems };
}

async function planOne(program, folder, environment) {
  // The state is nobody's business here.
  await rm(join(folder, 'backend.tf'), { force: true });
  const init = await run(program, folder, ['init', '-backend=false', '-input=false', '-no-color'], environment);
  if (init.code !== 0) return { problem: `init: ${told(init)}` };
  const validate = await run(program, folder, ['validate', '-json'], environment);
  const verdict = JSON.parse(validate.stdout);
  if (!verdict.valid || verdict.diagnostics.length > 0)
    return { problem: `validate: ${verdict.diagnostics.map(sentence).join('; ')}` };
  const args = ['plan', '-input=false', '-no-color', '-lock=false', '-var-file=terraform.tfvars.example'];
  const plan = await run(program, folder, args, environment);
  if (plan.code !== 0) return { problem: `plan: ${told(plan)}` };
  const [, added = '0'] = plan.stdout.match(/^Plan: (\d+) to add, 0 to change, 0 to destroy\.$/m) ?? [];
  return { added: Number(added) };
}

const told = ({ stdout, stderr }) => (stderr.trim() === '' ? stdout : stderr).trim().slice(-4000);
const sentence = ({ summary, detail, range }) =>
  `${range?.filename ?? '?'}:${range?.start.line ?? '?'} ${summary}. ${detail ?? ''}`.trim();
