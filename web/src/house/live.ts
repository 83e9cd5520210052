// One socket for the page. It connects when the first thing is watched, comes back by itself, and tells when it is not live.
import { print } from '@0no-co/graphql.web';
import { signal } from '@preact/signals';
import type { TadaDocumentNode } from 'gql.tada';
import { type Client, createClient } from 'graphql-ws/client';
import { NotAnswered } from './ask.js';
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

/** A socket that answers no ping within this is dead, though nobody has closed it. */
const PONG_WITHIN_MS = 5_000;
/** Pause before what was missed is asked for once more. */
const ASK_AGAIN_MS = 1_000;

const reconnected = new Set<() => unknown>();
let silence: ReturnType<typeof setTimeout> | undefined;
let pong: ReturnType<typeof setTimeout> | undefined;
let wasLost = false;
let isConnected = false;
/** How often it has been lost: an answer to what an earlier connection asked makes nothing live. */
let breaks = 0;
/** The last sign of life. */
let heardAt = houseTime();

function heard(): void {
  heardAt = houseTime();
}

/** After a break prices are live once every page has what it missed; until then they are as of before, and say so. */
async function live(): Promise<void> {
  const at = breaks;
  heard();
  while (wasLost && at === breaks && !(await haveCaughtUp()))
    await new Promise((done) => setTimeout(done, ASK_AGAIN_MS));
  if (at !== breaks || !isConnected) return;
  clearTimeout(silence);
  silence = undefined;
  lostSince.value = null;
  wasLost = false;
}

async function haveCaughtUp(): Promise<boolean> {
  const told = await Promise.allSettled([...reconnected].map(async (tell) => tell()));
  // What the house refuses for good, it would refuse again.
  return told.every((one) => one.status === 'fulfilled' || (one.reason instanceof NotAnswered && one.reason.isFinal));
}

function lost(): void {
  const since = heardAt;
  breaks += 1;
  wasLost = true;
  silence ??= setTimeout(() => {
    lostSince.value = since;
  }, SILENT_MS);
}

function connect(token: string | undefined): Client {
  const client = createClient({
    url: `${location.origin.replace('http', 'ws')}/graphql`,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (tries) =>
      new Promise((done) => setTimeout(done, Math.min(RETRY_SLOWEST_MS, RETRY_FIRST_MS * 2 ** tries))),
    keepAlive: 10_000,
    ...(token !== undefined && { connectionParams: { Authorization: `Bearer ${token}` } }),
    on: {
      connected: () => {
        isConnected = true;
        void live();
      },
      message: heard,
      ping: (isReceived) => {
        if (!isReceived) pong = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(pong);
      },
      closed: (event) => {
        clearTimeout(pong);
        isConnected = false;
        if ((event as CloseEvent).code !== NOTHING_WATCHED) lost();
      },
    },
  });
  return client;
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
 * asked for. Nothing counts as live before that has been answered; while `again` rejects it is called once more.
 */
export function watch<Result, Variables extends Record<string, unknown>>(
  document: TadaDocumentNode<Result, Variables>,
  variables: Variables,
  { next, again }: Readonly<{ next: (result: Result) => void; again: () => unknown }>,
): () => void {
  reconnected.add(again);
  let anew: ReturnType<typeof setTimeout> | undefined;
  let stop = (): void => undefined;
  const begin = (): void => {
    stop = socket().subscribe<Result>(
      { query: print(document), variables },
      {
        next: ({ data }) => data != null && next(data),
        // The house ends this watch and no other: nothing is live before it has begun anew.
        error: () => {
          lost();
          anew = setTimeout(() => {
            begin();
            void live();
          }, RETRY_SLOWEST_MS);
        },
        complete: () => undefined,
      },
    );
  };
  begin();
  return () => {
    reconnected.delete(again);
    clearTimeout(anew);
    stop();
  };
}
