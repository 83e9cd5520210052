// The house as its clients see it: requests over HTTP, and nothing else.
import type { Asked, Ledger } from './ledger.js';

/** A body that settles a command. */
export type Answer = Readonly<{ outcome: 'accepted' | 'rejected'; commandId: string; repeated: boolean }> &
  Readonly<Record<string, unknown>>;

const ANSWER_WITHIN_MS = 20_000;

/**
 * Sends a command once. Notes the answer if it settles the command; anything that only puts it off (no connection, busy,
 * pending, throttled, a fault that may be retried) leaves it open. What no house may answer is a contradiction.
 */
export async function send(url: string, asked: Asked, ledger: Ledger): Promise<void> {
  const startedMs = performance.now();
  const at = asked.tries.push(`${url}: no answer yet`) - 1;
  const told = await post(url, asked);
  asked.tries[at] = `${url}: ${told?.status ?? 'lost'} after ${Math.round(performance.now() - startedMs)} ms`;
  if (told === null) return;
  const { status, body } = told;
  const outcome = body['outcome'];
  if (outcome === 'accepted' || outcome === 'rejected') ledger.settle(asked, body as Answer);
  else if (status !== 202 && status !== 429 && status !== 503)
    ledger.contradictions.push(`${asked.path} (${asked.commandId}) was answered ${status} ${JSON.stringify(body)}`);
}

type Told = Readonly<{ status: number; body: Readonly<Record<string, unknown>> }>;

/** Null where the house was gone before it had answered in full. */
async function post(url: string, { path, token, body, commandId }: Asked): Promise<Told | null> {
  try {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, commandId }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { status: response.status, body: (await response.json()) as Told['body'] };
  } catch (error) {
    if (isLoss(error)) return null;
    throw error;
  }
}

/**
 * `fetch` says no more than TypeError of a lost connection, and JSON that was cut off is a SyntaxError. Told by name:
 * Jest runs tests in a realm of their own, where errors of Node's are instances of nothing.
 */
const isLoss = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'name' in error &&
  ['TypeError', 'SyntaxError', 'TimeoutError'].includes(String(error.name));
