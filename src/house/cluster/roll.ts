// A running cluster's processes are told to stop one after the other; each has to be replaced and ready before the next.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { OperatorError } from '../../runtime/operator-error.js';
import type { Runtime } from '../../runtime/runtime.js';
import { hasCode } from '../../runtime/system-error.js';
import type { RoleName } from '../roles/roles.js';
import { clusterFileIn } from './cluster-file.js';

export type Rolled = Readonly<{ role: RoleName; number: number; tookMs: number }>;

export type RollParts = Readonly<{
  dataDirectory: string;
  runtime: Runtime;
  rolled: (one: Rolled) => void;
}>;

/** Whoever answers goes before whoever asks, so that a new API node never asks an old engine. */
const ORDER: readonly RoleName[] = ['engine', 'projector', 'relay', 'archiver', 'scheduler', 'api'];
const LOOK_EVERY_MS = 50;
/** A process drains within 15 s (worker.ts), and is up again within some seconds more, also on a busy machine. */
const BACK_WITHIN_MS = 120_000;
const ANSWER_WITHIN_MS = 2_000;

const workerShape = z.object({
  role: z.enum(['api', 'engine', 'projector', 'relay', 'archiver', 'scheduler']),
  number: z.number(),
  pid: z.number().nullable(),
  url: z.string().nullable(),
});
type WorkerState = z.infer<typeof workerShape>;

/**
 * Restarts every process of the cluster of a data directory, one at a time.
 * Refuses where none runs, and stops at the first process that is not back and ready in time; the others go on as they are.
 */
export async function rollCluster(parts: RollParts): Promise<void> {
  const workers = await workersIn(parts.dataDirectory);
  const turn = (worker: WorkerState) => ORDER.indexOf(worker.role);
  for (const worker of workers.toSorted((a, b) => turn(a) - turn(b))) parts.rolled(await restart(worker, parts));
}

async function restart({ role, number, pid }: WorkerState, { dataDirectory, runtime }: RollParts): Promise<Rolled> {
  const startedMs = runtime.monotonicMs();
  if (pid !== null) tell(pid);
  for (;;) {
    const now = (await workersIn(dataDirectory)).find((worker) => worker.role === role && worker.number === number);
    if (now !== undefined && now.pid !== pid && now.url !== null && (await isReady(now.url))) break;
    if (runtime.monotonicMs() - startedMs > BACK_WITHIN_MS)
      throw new OperatorError(
        `${role} ${number} is not ready ${BACK_WITHIN_MS / 1_000} s after it was told to stop; the rest was left as it is`,
      );
    await runtime.sleep(LOOK_EVERY_MS);
  }
  return { role, number, tookMs: Math.round(runtime.monotonicMs() - startedMs) };
}

/** It may have ended by itself meanwhile, and then another takes its place as well. */
function tell(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    // Not there yet, or gone again: whoever asks goes on asking, within a limit.
    return false;
  }
}

async function workersIn(dataDirectory: string): Promise<readonly WorkerState[]> {
  const file = clusterFileIn(dataDirectory);
  try {
    return z.object({ workers: z.array(workerShape) }).parse(JSON.parse(await readFile(file, 'utf8'))).workers;
  } catch (error) {
    if (hasCode(error, 'ENOENT'))
      throw new OperatorError(`no cluster runs on ${dataDirectory}: start one with gavel cluster`);
    throw error;
  }
}
