// Where a running house answers, for commands that are its clients.
import type { Config } from '../config.js';
import { OperatorError } from '../runtime/operator-error.js';

const ANSWER_WITHIN_MS = 10_000;

/** The address of `--url`; null without one. Refuses what is no address, with one sentence. */
export function readHouseUrl(text: string | undefined): URL | null {
  if (text === undefined) return null;
  const url = URL.parse(text);
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.search === '' && url.hash === '')
    return url;
  const shown = JSON.stringify(text.slice(0, 60));
  throw new OperatorError(`--url is ${shown}; it must be the address of a house, as http://127.0.0.1:3000`);
}

/** The given address, or that of the configured house; refuses one at which no house answers. */
export async function houseAt(given: URL | null, { host, port }: Config['api']): Promise<URL> {
  if (given === null && port === 0)
    throw new OperatorError(
      'GAVEL_HTTP_PORT is 0, so the house answers on a port of its own choice; name it with --url',
    );
  const url = given ?? new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
  const path = new URL('/health/ready', url);
  const problem = await fetch(path, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).then(
    ({ ok, status }) => (ok ? null : `it says ${status} at ${path.pathname}`),
    (cause: unknown) => causeOf(cause),
  );
  if (problem !== null) throw new OperatorError(`no house answers at ${url.origin} (--url): ${problem}`);
  return url;
}

/** `fetch` says "fetch failed" and tells why in the cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : causeOf(error.cause);
}
