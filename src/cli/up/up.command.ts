// `gavel up`, as its user sees it: addresses, first requests, and a stop that loses nothing.
import type { Command } from 'commander';
import type { Config } from '../../config.js';
import { type RunningDemo, startDemo, wantsDemo } from '../../house/demo.js';
import { registerDevelopmentUsers } from '../../house/development-users.js';
import type { Up, UpParts } from '../../house/up.js';
import type { Runtime } from '../../runtime/runtime.js';
import { say } from '../../terminal/progress.js';
import { listenForStop } from '../../terminal/stop-signal.js';
import { sentencesFor } from '../sentences.js';
import { developmentLines, isForDevelopment } from './development.js';
import { keptBy } from './kept.js';
import { logFileIn } from './log-target.js';
import { addressLines, analystLines, demoLines, keptLines } from './welcome.js';

export type UpCommandParts = Readonly<{
  config: () => Config;
  runtime: Runtime;
  /** Log and metrics as the configuration wants them; `isOpen` tells whether the start is over. */
  observe: (config: Config, isOpen: () => boolean) => Pick<UpParts, 'log' | 'metrics'>;
  print: (line: string) => void;
}>;

/** Adds `gavel up`. */
export function registerUp(program: Command, parts: UpCommandParts): void {
  program
    .command('up')
    .description('open the house: database, engine, projections and API in one process, until Ctrl-C')
    .option('--no-demo', 'leave the house empty; otherwise empty data get a small demo marketplace (GAVEL_DEMO)')
    .action(({ demo }: { demo: boolean }) => up(parts, demo));
}

async function up({ config: load, runtime, observe, print }: UpCommandParts, mayDemo: boolean): Promise<void> {
  const config = load();
  const stop = listenForStop((signal) => {
    say(`${signal} again: stopping at once`);
    process.exit(1);
  });
  let isOpen = false;
  const lost = Promise.withResolvers<Error>();
  // The API's framework takes a good part of a second to load, which no other command should wait for.
  const { startUp } = await import('../../house/up.js');
  const observed = observe(config, () => isOpen);
  const started = await startUp({ config, runtime, lost: lost.resolve, ...observed });
  let demo: RunningDemo | null = null;
  try {
    isOpen = true;
    const demoIsWanted = mayDemo && config.demo && isForDevelopment(config) && (await wantsDemo(started.house));
    await greet(started, { config, runtime, print, demoIsWanted });
    if (demoIsWanted) demo = await startDemo(started, { config, runtime, log: observed.log });
    const why = await Promise.race([stop.asked, lost.promise]);
    if (why instanceof Error) fail(why);
    else print(`${why}: draining; what was accepted is being finished. Again to stop at once.`);
  } finally {
    await drained(started, demo, config.shutdownGraceMs);
    stop.release();
  }
  print('Stopped.');
}

/** Said at once: after the loss of its database a house may not be able to drain. */
function fail(error: Error): void {
  for (const sentence of sentencesFor(error)) say(sentence);
  process.exitCode = 1;
}

type Greeting = Pick<UpCommandParts, 'runtime' | 'print'> & Readonly<{ config: Config; demoIsWanted: boolean }>;

async function greet(
  { house, keys, url, postgres, analysts }: Up,
  { config, runtime, print, demoIsWanted }: Greeting,
): Promise<void> {
  const kept = await keptBy(house);
  const isDevelopment = isForDevelopment(config);
  if (isDevelopment) await registerDevelopmentUsers(house, keys, runtime);
  print('Gavel is open.');
  for (const line of addressLines({ url, postgres, dataDirectory: config.dataDirectory, log: logPlaceOf(config) }))
    print(line);
  print('');
  if (kept !== null) for (const line of [...keptLines(kept), '']) print(line);
  if (analysts !== null) for (const line of [...analystLines(analysts), '']) print(line);
  if (demoIsWanted) for (const line of [...demoLines(url), '']) print(line);
  if (isDevelopment) for (const line of [...developmentLines(url, config, runtime), '']) print(line);
  print('Ctrl-C drains and stops.');
}

const logPlaceOf = ({ environment, dataDirectory }: Config): string =>
  environment === 'production' ? 'stderr' : logFileIn(dataDirectory);

/** Stops everything, within the grace; what takes longer is left to the next start, which finds nothing missing. */
async function drained({ stop }: Up, demo: RunningDemo | null, graceMs: number): Promise<void> {
  const late = setTimeout(() => {
    say(`draining took longer than ${graceMs / 1000} s (GAVEL_SHUTDOWN_GRACE_MS): stopping at once`);
    process.exit(1);
  }, graceMs);
  await demo?.stop();
  await stop();
  clearTimeout(late);
}
