// `gavel api`, `engine`, `projector`, `relay`, `scheduler`: one role a process, any number of each (docs/roles.md).
import type { Command } from 'commander';
import type { Config } from '../config.js';
import { cannotListen } from '../house/cannot-listen.js';
import type { startHealthServer } from '../house/roles/health-server.js';
import { type RoleMetrics, roleConfig } from '../house/roles/role.js';
import { ROLE_NAMES, ROLES, type RoleName } from '../house/roles/roles.js';
import { openTraces } from '../house/traces.js';
import type { Undo } from '../house/undoable.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { say } from '../terminal/progress.js';
import { listenForStop } from '../terminal/stop-signal.js';
import { sentencesFor } from './sentences.js';

export type RolesCommandParts = Readonly<{
  config: () => Config;
  runtime: Runtime;
  /** Log and metrics as the configuration wants them. */
  observe: (config: Config) => Readonly<{ log: Log; metrics: RoleMetrics }>;
  print: (line: string) => void;
}>;

/** Adds a command for each role. */
export function registerRoles(program: Command, parts: RolesCommandParts): void {
  for (const name of ROLE_NAMES)
    program
      .command(name)
      .description(`one process of a house past one machine: ${ROLES[name].about}`)
      .action(() => play(name, parts));
}

async function play(name: RoleName, { config: load, runtime, observe, print }: RolesCommandParts): Promise<void> {
  const config = load();
  const needs = await roleConfig(config);
  const stop = listenForStop((signal) => {
    say(`${signal} again: stopping at once`);
    process.exit(1);
  });
  const lost = Promise.withResolvers<Error>();
  const undo: Undo[] = [];
  const observed = observe(config);
  try {
    const start = await ROLES[name].load();
    const traces = await openTraces(config, { role: name, runtime }, undo);
    const { ready, url } = await start(
      { ...needs, ...observed, traces, role: name, runtime, lost: lost.resolve },
      undo,
    );
    const place = url ?? (await serveHealth(config, { metrics: observed.metrics, runtime, ready }, undo));
    print(`Gavel ${name} is up at ${place}`);
    const why = await Promise.race([stop.asked, lost.promise]);
    if (why instanceof Error) {
      for (const sentence of sentencesFor(why)) say(sentence);
      process.exitCode = 1;
    } else print(`${why}: handing over`);
  } finally {
    await undoAll(undo, config.shutdownGraceMs);
    stop.release();
  }
  print('Stopped.');
}

async function serveHealth(
  { api }: Config,
  parts: Omit<Parameters<typeof startHealthServer>[0], 'host' | 'port' | 'showsMetrics'>,
  undo: Undo[],
): Promise<string> {
  const { startHealthServer } = await import('../house/roles/health-server.js');
  const server = await startHealthServer({
    ...parts,
    host: api.host,
    port: api.port,
    showsMetrics: api.open.metrics,
  }).catch((error: unknown) => {
    throw cannotListen(api, error);
  });
  undo.push(() => server.close());
  return server.url;
}

/** In reverse, within the grace; what takes longer is left to the others, who find nothing missing. */
async function undoAll(undo: readonly Undo[], graceMs: number): Promise<void> {
  const late = setTimeout(() => {
    say(`stopping took longer than ${graceMs / 1000} s (GAVEL_SHUTDOWN_GRACE_MS): ending at once`);
    process.exit(1);
  }, graceMs);
  for (const one of undo.toReversed()) await one();
  clearTimeout(late);
}
