// Where a running house answers, for commands that are its clients.
import type { Config } from '../config.js';
import { notedAddresses } from '../house/addresses.js';
import { OperatorError } from '../runtime/operator-error.js';

const ANSWER_WITHIN_MS = 10_000;

export type FoundHouse = Readonly<{
  url: URL;
  /** Which house this is, for people, as `the house at http://127.0.0.1:3000, data in /srv/gavel`. */
  shown: string;
}>;

/** The address of `--url`; null without one. Refuses what is no address, with one sentence. */
export function readHouseUrl(text: string | undefined): URL | null {
  if (text === undefined) return null;
  const url = URL.parse(text);
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.search === '' && url.hash === '')
    return url;
  const shown = JSON.stringify(text.slice(0, 60));
  throw new OperatorError(`--url is ${shown}; it must be the address of a house, as http://127.0.0.1:3000`);
}

/**
 * The house at the given address, else the one that is open on the configured data directory; of several API nodes one
 * that answers. Refuses where no house answers.
 */
export async function houseAt(
  given: URL | null,
  { dataDirectory }: Pick<Config, 'dataDirectory'>,
): Promise<FoundHouse> {
  if (given !== null) {
    const problem = await problemAt(given);
    if (problem !== null) throw new OperatorError(`no house answers at ${given.origin} (--url): ${problem}`);
    return { url: given, shown: `the house at ${given.origin}` };
  }
  const problems: string[] = [];
  for (const url of (await notedAddresses(dataDirectory)).map((text) => new URL(text))) {
    const problem = await problemAt(url);
    if (problem === null) return { url, shown: `the house at ${url.origin}, data in ${dataDirectory}` };
    problems.push(`at ${url.origin}: ${problem}`);
  }
  if (problems.length > 0)
    throw new OperatorError(`the house of ${dataDirectory} (GAVEL_DATA) does not answer ${problems.join('; ')}`);
  throw new OperatorError(
    `no house is open on ${dataDirectory} (GAVEL_DATA); npm start opens one, and --url names one elsewhere`,
  );
}

/** Why nobody can be served there; null where all is well. */
async function problemAt(url: URL): Promise<string | null> {
  const path = new URL('/health/ready', url);
  return fetch(path, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).then(
    ({ ok, status }) => (ok ? null : `it says ${status} at ${path.pathname}`),
    (cause: unknown) => causeOf(cause),
  );
}

/** `fetch` says "fetch failed" and tells why in the cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : causeOf(error.cause);
}
