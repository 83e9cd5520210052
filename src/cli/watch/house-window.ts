// A window into a house: what is open now, and every change from then on, over the public API. A lost connection is made
// again, and what was missed meanwhile is asked for.
import { type Client, createClient } from 'graphql-ws';
import { z } from 'zod';
import { SEEN_FIELDS, type SeenAuction, seenAuction } from './seen-auctions.js';

export type WindowEvents = Readonly<{
  /** An auction as it stands; perhaps not newer than what was told before. */
  seen: (auction: SeenAuction) => void;
  /** All that is open, after each connection: what is not among it is open no more. */
  open: (auctions: readonly SeenAuction[]) => void;
  /** With a sentence while there is no connection, and null once there is one. */
  trouble: (sentence: string | null) => void;
  /** The house refuses to tell; it would at every attempt. */
  refused: (sentence: string) => void;
}>;

export type Subject = Readonly<{ auctionId: string }> | Readonly<{ category: string | null }>;

const RETRY_FIRST_MS = 250;
const RETRY_MAX_MS = 5_000;
/** A house that does not answer a ping for so long is gone, whatever the socket says. */
const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;

const list = z.object({ rows: z.array(seenAuction) });
const ONE = `subscription ($id: ID!) { auctionUpdated(id: $id) { ${SEEN_FIELDS} } }`;
const LIST = `subscription ($filter: AuctionFilter) { auctionsUpdated(filter: $filter) { ${SEEN_FIELDS} } }`;
const update = z.union([z.object({ auctionUpdated: seenAuction }), z.object({ auctionsUpdated: seenAuction })]);

/** Opens it; the returned function closes it for good. */
export function openWindow(url: URL, subject: Subject, events: WindowEvents): () => Promise<void> {
  let pong: NodeJS.Timeout | undefined;
  let isClosed = false;
  const look = (): void => {
    events.trouble(null);
    if ('auctionId' in subject) return;
    openAuctions(url, subject.category).then(events.open, (error: unknown) => {
      events.trouble(`the house does not tell what is open: ${messageOf(error)}`);
      client.terminate();
    });
  };
  const client: Client = createClient({
    url: socketUrlOf(url),
    retryAttempts: Number.POSITIVE_INFINITY,
    // Whatever ended the connection: a house that restarts is the usual case.
    shouldRetry: () => true,
    retryWait: (attempts) => wait(Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(attempts, 10))),
    keepAlive: PING_EVERY_MS,
    on: {
      connected: look,
      closed: () => {
        clearTimeout(pong);
        if (!isClosed) events.trouble('the connection is lost; trying again');
      },
      ping: (received) => {
        if (!received) pong = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong: () => clearTimeout(pong),
    },
  });
  client.subscribe(requestOf(subject), {
    next: ({ data, errors }) => {
      const read = update.safeParse(data);
      if (!read.success)
        events.refused(`the house told what is no auction: ${JSON.stringify(errors ?? data).slice(0, 200)}`);
      else events.seen('auctionUpdated' in read.data ? read.data.auctionUpdated : read.data.auctionsUpdated);
    },
    error: (error) => events.refused(messageOf(error)),
    complete: () => undefined,
  });
  return async () => {
    isClosed = true;
    clearTimeout(pong);
    await client.dispose();
  };
}

function requestOf(subject: Subject): { query: string; variables: Record<string, unknown> } {
  if ('auctionId' in subject) return { query: ONE, variables: { id: subject.auctionId } };
  const { category } = subject;
  return { query: LIST, variables: { filter: { status: 'OPEN', ...(category === null ? {} : { category }) } } };
}

const PAGE_ROWS = 200;

/** What is open, the earliest close first, as far as one page of the house's list goes. */
export async function openAuctions(url: URL, category: string | null): Promise<readonly SeenAuction[]> {
  const query = new URLSearchParams({
    status: 'open',
    limit: String(PAGE_ROWS),
    ...(category === null ? {} : { category }),
  });
  const response = await fetch(new URL(`/auctions?${query}`, url));
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  return list.parse(await response.json()).rows;
}

function socketUrlOf(url: URL): string {
  const socket = new URL('/graphql', url);
  socket.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return socket.href;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Of errors, of lists of GraphQL errors, and of the events that a WebSocket gives for errors. */
function messageOf(error: unknown): string {
  if (Array.isArray(error)) return error.map(messageOf).join('; ');
  const isObject = typeof error === 'object' && error !== null;
  if (isObject && 'message' in error && typeof error.message === 'string') return error.message;
  return isObject && 'reason' in error && typeof error.reason === 'string' ? error.reason : String(error);
}
