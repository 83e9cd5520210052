// What a background worker is doing, as its role and /health/ready tell it.
import type { LoopStatus } from '../runtime/loop.js';

/** What a worker that does not fail is at. */
export type Phase = 'idle' | 'on standby' | 'running';
export type WorkState = Phase | 'retrying' | 'halted' | 'drained';

export function workState({ state, problem }: LoopStatus, phase: Phase): WorkState {
  if (state === 'halted') return 'halted';
  if (state === 'stopped') return 'drained';
  return problem === null ? phase : 'retrying';
}
