// Hands over to a program of ours under dist/, on the pinned Node.
import { spawn } from 'node:child_process';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { ensureBuilt, ensureInstalled, launch, pinnedNode, root } from './setup.mjs';

// A larger young generation means fewer scavenges while batches of bids are judged and encoded. kafkajs starts timers of
// less than nothing, which Node 24 takes for 1 ms, as they are meant, but warns of.
const nodeFlags = ['--enable-source-maps', '--max-semi-space-size=64', '--disable-warning=TimeoutNegativeWarning'];

// Garbage that may gather before the whole heap is marked: a thirty-second of what memory there is, at most 512 MB. To
// mark it sooner takes the processor that PostgreSQL needs; of a gigabyte watchers feel the sweep (docs/adr/0042).
const mebibyte = 1024 * 1024;
const memory = Math.min(totalmem(), process.constrainedMemory?.() || Number.POSITIVE_INFINITY);
const oldSpace = `--initial-old-space-size=${Math.floor(Math.min(512, memory / 32 / mebibyte))}`;
// `gavel ingest` takes files of any size beside a running house: it collects its garbage sooner, and has at most so much.
const ingestMemory = ['--max-semi-space-size=16', '--max-old-space-size=256'];
// Of a flag that is there twice the last one counts.
const memoryFlags = (args) => (args[0] === 'ingest' ? ingestMemory : [oldSpace]);

// Compiled code of our modules and the packages', written when a program ends: a start takes a fifth less of the processor. A
// build replaces dist/, and the cache with it.
const compileCache = join(root, 'dist', '.compile-cache');

// npm forwards a signal that the terminal has sent to the whole group already; within this time it is the same one.
const sameSignalWithinMs = 300;

/** Installs and builds what is missing, then runs `entry`, a path below dist/, with this process's arguments. */
export const run = (entry) =>
  launch(async (args) => {
    await ensureInstalled();
    await ensureBuilt();
    handOver(entry, args);
  });

/**
 * Runs the program in a process group of its own, so that Ctrl-C reaches it once and only through this launcher,
 * which then waits for it to drain. The channel between the two tells the program when the launcher is gone.
 */
function handOver(entry, args) {
  const child = spawn(pinnedNode, [...nodeFlags, ...memoryFlags(args), join(root, 'dist', entry), ...args], {
    cwd: callersDirectory(),
    env: {
      NODE_COMPILE_CACHE: compileCache,
      ...process.env,
      GAVEL_DATA: process.env.GAVEL_DATA || join(root, '.gavel'),
    },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forwardOnce(child, signal));
  child.on('error', (error) => {
    throw error;
  });
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeAllListeners(name);
    if (signal) process.kill(process.pid, signal);
    else process.exit(code);
  });
}

function forwardOnce(child, signal) {
  let lastAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - lastAt > sameSignalWithinMs) child.kill(signal);
    lastAt = now;
  };
}

/** npm runs scripts in the package's root; file arguments are meant relative to where the caller stood. */
function callersDirectory() {
  const { INIT_CWD: callers, npm_package_json: manifest } = process.env;
  const byNpm = callers && manifest && resolve(manifest) === join(root, 'package.json') && process.cwd() === root;
  return byNpm ? callers : process.cwd();
}
