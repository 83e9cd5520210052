// One socket for the page. It connects when the first thing is watched, comes back by itself, and tells when it is not live.
import { print } from '@0no-co/graphql.web';
import { signal } from '@preact/signals';
import type { TadaDocumentNode } from 'gql.tada';
import { type Client, createClient } from 'graphql-ws/client';
import { houseTime } from './clock.js';
import { person } from './session.js';

/** Null while live; else since when not, in the house's time. */
export const lostSince = signal<number | null>(null);

/** A short break is nothing to talk about. */
const SILENT_MS = 2_000;
/** We close the socket ourselves while nothing is watched (RFC 6455, 7.4.1). */
const NOTHING_WATCHED = 1_000;
const RETRY_FIRST_MS = 250;
const RETRY_SLOWEST_MS = 5_000;

const reconnected = new Set<() => void>();
let silence: ReturnType<typeof setTimeout> | undefined;
let wasLost = false;

function live(): void {
  clearTimeout(silence);
  silence = undefined;
  lostSince.value = null;
  if (wasLost) for (const tell of reconnected) tell();
  wasLost = false;
}

function lost(): void {
  const since = houseTime();
  wasLost = true;
  silence ??= setTimeout(() => {
    lostSince.value = since;
  }, SILENT_MS);
}

function connect(token: string | undefined): Client {
  return createClient({
    url: `${location.origin.replace('http', 'ws')}/graphql`,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (tries) =>
      new Promise((done) => setTimeout(done, Math.min(RETRY_SLOWEST_MS, RETRY_FIRST_MS * 2 ** tries))),
    keepAlive: 10_000,
    ...(token !== undefined && { connectionParams: { Authorization: `Bearer ${token}` } }),
    on: { connected: live, closed: (event) => (event as CloseEvent).code !== NOTHING_WATCHED && lost() },
  });
}

let client: Readonly<{ userId: string | undefined; token: string | undefined; socket: Client }> | null = null;

/** A socket speaks for one person: whoever signs in or out gets another. */
function socket(): Client {
  const { userId, token } = person.value ?? {};
  if (client === null || client.userId !== userId || client.token !== token) {
    void client?.socket.dispose();
    client = { userId, token, socket: connect(token) };
  }
  return client.socket;
}

/**
 * Watches until the returned function is called. `again` is called when the connection is back: what was missed is to be
 * asked for.
 */
export function watch<Result, Variables extends Record<string, unknown>>(
  document: TadaDocumentNode<Result, Variables>,
  variables: Variables,
  { next, again }: Readonly<{ next: (result: Result) => void; again: () => void }>,
): () => void {
  reconnected.add(again);
  const stop = socket().subscribe<Result>(
    { query: print(document), variables },
    {
      next: ({ data }) => data != null && next(data),
      error: lost,
      complete: () => undefined,
    },
  );
  return () => {
    reconnected.delete(again);
    stop();
  };
}
