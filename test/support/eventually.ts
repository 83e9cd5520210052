import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves once `condition` holds; rejects after `withinMs` with a message that names what was waited for. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>, withinMs = 10_000) {
  const until = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > until) throw new Error(`waited ${withinMs} ms for ${what}`);
    await sleep(5);
  }
}
