import { setTimeout as sleep } from 'node:timers/promises';

/** A condition is often a query of a whole house: asked without a pause, it takes the time that the awaited work needs. */
const PAUSE_MIN_MS = 5;
const PAUSE_MAX_MS = 50;
/** A pause is so much of the time waited: the end of a wait is noticed at most a tenth late. */
const PAUSE_SHARE = 0.1;

/** Resolves once `condition` holds; rejects after `withinMs` with a message that names what was waited for. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>, withinMs = 10_000) {
  const begun = performance.now();
  while (!(await condition())) {
    const waitedMs = performance.now() - begun;
    if (waitedMs > withinMs) throw new Error(`waited ${withinMs} ms for ${what}`);
    await sleep(Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MIN_MS, waitedMs * PAUSE_SHARE)));
  }
}
