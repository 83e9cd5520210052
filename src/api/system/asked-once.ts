// Answers that cost a question to the database or a walk through all that is counted, for addresses that anybody may ask.
import type { Runtime } from '../../runtime/runtime.js';

/** How long an answer is given again. Whoever watches a process asks every few seconds. */
const KEPT_MS = 1_000;

/** `ask` as a question that is put at most once a second, and never twice at once. A failure is not kept. */
export function askedOnce<Answer>(runtime: Pick<Runtime, 'monotonicMs'>, ask: () => Promise<Answer>) {
  let kept: Readonly<{ answer: Promise<Answer>; untilMs: number }> | null = null;
  return (): Promise<Answer> => {
    if (kept !== null && runtime.monotonicMs() < kept.untilMs) return kept.answer;
    const answer = ask();
    const mine = { answer, untilMs: Number.POSITIVE_INFINITY };
    kept = mine;
    answer.then(
      () => {
        if (kept === mine) kept = { answer, untilMs: runtime.monotonicMs() + KEPT_MS };
      },
      () => {
        if (kept === mine) kept = null;
      },
    );
    return answer;
  };
}
