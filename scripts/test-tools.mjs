// Fetches what tests of the lake run against, each once, into the user's cache: versitygw (an S3 server, by Go), moto (a double
// of AWS), pyiceberg and pyspark (all three by pip). `npm run test:tools` says what it did; test/support/s3-servers.ts looks there.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { say, withProgress } from './progress.mjs';

const run = promisify(execFile);
const versions = JSON.parse(readFileSync(join(import.meta.dirname, 'test-tools.json'), 'utf8'));

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gavel');

/** Where each tool is once it is there. */
const tools = {
  versitygw: join(cache, `versitygw-${versions.versitygw}`, 'versitygw'),
  moto: join(cache, `moto-${versions.moto}`, 'bin', 'moto_server'),
  pyiceberg: join(cache, `pyiceberg-${versions.pyiceberg}`, 'bin', 'pyiceberg'),
  pyspark: join(cache, `pyspark-${versions.pyspark}`, 'bin', 'pyspark'),
};

const installers = {
  versitygw: async (directory) => {
    const env = { ...process.env, GOBIN: directory };
    await run('go', ['install', `github.com/versity/versitygw/cmd/versitygw@v${versions.versitygw}`], { env });
  },
  moto: (directory) => python(directory, [`moto[s3,server]==${versions.moto}`]),
  pyiceberg: (directory) => python(directory, [`pyiceberg[pyarrow,sql-sqlite]==${versions.pyiceberg}`]),
  pyspark: (directory) => python(directory, [`pyspark==${versions.pyspark}`]),
};

/** A virtual environment of its own. */
async function python(directory, packages) {
  await run('python3', ['-m', 'venv', directory]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
  await run(join(directory, 'bin', 'python'), pip, { maxBuffer: 64 * 1024 * 1024 });
}

/** Fetches a tool unless it is there; resolves to where it is. */
export async function install(name) {
  if (existsSync(tools[name])) return tools[name];
  // A virtual environment holds its own path, so it cannot be made aside; an unfinished one is made again.
  const target = name === 'versitygw' ? dirname(tools[name]) : dirname(dirname(tools[name]));
  await mkdir(dirname(target), { recursive: true });
  if (name !== 'versitygw') {
    await rm(target, { recursive: true, force: true });
    await withProgress(`fetching ${name}`, () => installers[name](target));
    return tools[name];
  }
  const aside = await mkdtemp(`${target}-`);
  try {
    await withProgress(`building ${name}`, () => installers[name](aside));
    await rename(aside, target).catch((error) => {
      // Another process may have been faster; its tool is the same.
      if (!existsSync(tools[name])) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return tools[name];
}

if (process.argv[1] === import.meta.filename) {
  for (const name of Object.keys(tools)) {
    try {
      await install(name);
      say(`${name} is there`);
    } catch (error) {
      const reason = error.code === 'ENOENT' ? `${error.path} is missing` : (error.stderr || error.message).trim();
      say(`${name} could not be had: ${reason}`);
      process.exitCode = 1;
    }
  }
}
