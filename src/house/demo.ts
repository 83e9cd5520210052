// Whether a house that opens gets a demo marketplace, and how it is begun: over the house's own public API.
import { userId } from '../domain/ids.js';
import { userStream } from '../domain/messages.js';
import { DEMO_PACE, Demo, demoSellers } from '../generator/demo.js';
import { HttpSender } from '../generator/http.sender.js';
import { lastAuctionsOf, openAuctionsOf, type SeenAuction } from '../generator/open-auctions.js';
import type { Runtime } from '../runtime/runtime.js';
import { clientTokens } from './client-tokens.js';
import { type DemoSurroundings, keepDemoBooks } from './demo-books.js';
import type { House } from './house.js';
import type { Up } from './up.js';

/** Auctions whose close fell into an outage are moved or closed within this; until then they cannot be gone on with. */
const OVERDUE_WAIT_MS = 5_000;
const POLL_MS = 100;

/** True for an empty house, and for one that began with a demo and so goes on with it. */
export async function wantsDemo({ journal }: Pick<House, 'journal'>): Promise<boolean> {
  if ((await journal.head()) === null) return true;
  const [seller] = demoSellers;
  return seller !== undefined && (await journal.lastRevision(userStream(userId(seller)))) >= 0;
}

export type RunningDemo = Readonly<{
  /** Sends no more, and keeps no more books. */
  stop(): Promise<void>;
}>;

/** Begins it. Auctions of the run before are gone on with, so that starts do not pile them up. */
export async function startDemo(
  up: Pick<Up, 'url' | 'keepBooks'>,
  surroundings: DemoSurroundings,
): Promise<RunningDemo> {
  const { config, runtime, log, pace = DEMO_PACE } = surroundings;
  const { url } = up;
  const address = new URL(url);
  const sender = new HttpSender({ url: address, tokenOf: await clientTokens(config, runtime), runtime });
  const open = await openNow(address, runtime);
  const demo = new Demo({ pace, sender, runtime, log, open, before: await lastAuctionsOf(address, demoSellers) });
  demo.start();
  const books = keepDemoBooks(up, surroundings);
  return { stop: async () => void (await Promise.all([demo.stop(), books.stop()])) };
}

async function openNow(url: URL, runtime: Runtime): Promise<readonly SeenAuction[]> {
  const untilMs = runtime.monotonicMs() + OVERDUE_WAIT_MS;
  for (;;) {
    const open = await openAuctionsOf(url, demoSellers);
    if (open.every(({ closesAt }) => closesAt > runtime.now()) || runtime.monotonicMs() > untilMs) return open;
    await runtime.sleep(POLL_MS);
  }
}
