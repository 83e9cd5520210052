// Live prices: the latest public state of the auctions that somebody watches, and the news of people who listen. Fed with
// public facts, from this process's journal or from a topic; what happened before, Silver tells.
import { LRUCache } from 'lru-cache';
import type { AuctionId } from '../domain/ids.js';
import { auctionStream } from '../domain/messages.js';
import { isReadable, type PublicFact } from '../feed/facts/public-facts.js';
import type { Journal } from '../journal/journal.js';
import type { AuctionRow, SilverQueries } from '../projections/silver/silver.queries.js';
import type { Log } from '../runtime/log.js';
import { pauseAfter, Retry } from '../runtime/retry.js';
import type { Runtime } from '../runtime/runtime.js';
import { settlesWithin } from '../runtime/settles-within.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import { afterFact, listedAuction } from './live-auction.js';
import { SeenRevisions } from './seen-revisions.js';
import { Ticker } from './ticker.js';

/** Takes public facts: of each auction in the order of their revisions, each at least once. */
export interface FactSink {
  take(facts: readonly PublicFact[]): void;
}

export type LiveSettings = Readonly<{
  /** Watchers are told of an auction at most once in this many milliseconds. */
  tickMs: number;
  /** Auctions kept for watchers of whole lists, beside those that are watched by name. */
  auctionsMax: number;
  /** What all of them may hold. Those of whole lists leave first; then no further auction can be watched. */
  bytesMax: number;
}>;

export type LiveParts = Readonly<{
  silver: Pick<SilverQueries, 'auction' | 'concerns'>;
  runtime: Runtime;
  log: Log;
  settings: LiveSettings;
}>;

/** `journal` tells an auction that Silver does not know yet from one that nobody knows. */
export type LiveAuctionsParts = LiveParts & Readonly<{ journal: Pick<Journal, 'lastRevision'> }>;

/** An auction that changed in a tick: its state now, and the state that watchers heard of last. */
export type LiveChange = Readonly<{ auction: AuctionRow; before: AuctionRow | null }>;
export type LiveListener = (changes: readonly LiveChange[]) => Promise<void>;

type Tracked = {
  readonly auctionId: AuctionId;
  pins: number;
  /** What it holds, once its row is known: its texts do not change. */
  bytes: number;
  row: AuctionRow | null;
  told: AuctionRow | null;
  /** Facts that wait for the state they build on; null while there is nothing to wait for. */
  waiting: PublicFact[] | null;
  loaded: Promise<void>;
};

/** A row as it stands and as it was told, with its place here, but without its texts. */
const BYTES_PER_AUCTION = 2_048;
const SEEN_AUCTIONS_MAX = 200_000;
/** Beyond this the oldest facts are let go; the gap shows, and Silver is asked once more. */
const WAITING_FACTS_MAX = 10_000;
/** Look-ups under way at once: more of them would take the database from bids. */
export const LOOK_UPS_AT_ONCE = 4;
const BACK_OFF = { minMs: 10, maxMs: 2_000 };
/** A new watcher waits this long for Silver: longer than a change of projectors takes, and not for ever. */
export const CURRENT_WAIT_MAX_MS = 30_000;

/** The auction exists, and Silver does not have its state yet: its projector is down, or the auction is parked. */
export class AuctionBehind extends Error {
  readonly code = 'AuctionBehind';
  constructor(auctionId: AuctionId) {
    super(`Silver has not come as far as auction ${auctionId} within ${CURRENT_WAIT_MAX_MS / 1_000} s`);
    this.name = 'AuctionBehind';
  }
}

/** Watchers hold as many auctions as they may. */
export class TooManyWatched extends Error {
  readonly code = 'TooManyWatched';
  constructor(bytesMax: number) {
    super(`the auctions that are watched hold more than ${bytesMax} bytes`);
    this.name = 'TooManyWatched';
  }
}

export class LiveAuctions implements FactSink {
  private readonly pinned = new Map<AuctionId, Tracked>();
  private readonly others: LRUCache<AuctionId, Tracked>;
  private readonly seen = new SeenRevisions(SEEN_AUCTIONS_MAX);
  private readonly changed = new Set<Tracked>();
  private readonly listeners = new Set<LiveListener>();
  private readonly ticker: Ticker;
  private readonly lookUps = new ConcurrencyLimit(LOOK_UPS_AT_ONCE);
  private readonly stop = new AbortController();
  private wholeListWatchers = 0;
  private heldBytes = 0;

  constructor(private readonly parts: LiveAuctionsParts) {
    const { runtime, log, settings } = parts;
    // One that is pinned by now is held on.
    const dispose = (tracked: Tracked) => tracked.pins === 0 && this.letGo(tracked);
    this.others = new LRUCache({ max: settings.auctionsMax, dispose });
    this.ticker = new Ticker({ runtime, log, tickMs: settings.tickMs }, () => this.tell());
  }

  /** Calls `listener` with all changes of a tick; the next tick waits for it. Returns how to stop that. */
  listen(listener: LiveListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Follows this auction until the returned function is called. */
  watch(auctionId: AuctionId): () => void {
    const tracked = this.pin(auctionId);
    let watching = true;
    return () => {
      if (watching) this.unpin(tracked);
      watching = false;
    };
  }

  /** Follows every auction in which anything happens, until the returned function is called. */
  watchAll(): () => void {
    this.wholeListWatchers += 1;
    let watching = true;
    return () => {
      if (watching) this.wholeListWatchers -= 1;
      watching = false;
      if (this.wholeListWatchers === 0) this.others.clear();
    };
  }

  /**
   * The state of a watched auction, at least as new as anything that has been told of it; null for an unknown one. Rejects
   * with `AuctionBehind` where Silver cannot tell in time, and with `TooManyWatched` where nobody else watches it and there
   * is no room for one more.
   */
  async current(auctionId: AuctionId): Promise<AuctionRow | null> {
    const tracked = this.find(auctionId);
    if (tracked === undefined) throw new Error('only a watched auction has a current state');
    if (tracked.waiting !== null && !(await settlesWithin(this.parts.runtime, tracked.loaded, CURRENT_WAIT_MAX_MS)))
      throw new AuctionBehind(auctionId);
    const { bytesMax } = this.parts.settings;
    if (tracked.pins === 1 && this.heldBytes > bytesMax) throw new TooManyWatched(bytesMax);
    return tracked.row;
  }

  take(facts: readonly PublicFact[]): void {
    for (const fact of facts) this.takeOne(fact);
  }

  /** Looks everything up again, for when facts may have gone by unseen: watchers are told of what changed meanwhile. */
  refresh(): void {
    for (const tracked of [...this.pinned.values(), ...this.others.values()])
      if (tracked.waiting === null) this.load(tracked, []);
  }

  /** How much is held, for metrics and tests. */
  size(): Readonly<{ pinned: number; others: number; listeners: number; bytes: number }> {
    const { pinned, others, listeners } = this;
    return { pinned: pinned.size, others: others.size, listeners: listeners.size, bytes: this.heldBytes };
  }

  close(): void {
    this.stop.abort();
    this.ticker.stop();
  }

  private takeOne(fact: PublicFact): void {
    const { auctionId, revision } = fact;
    this.seen.note(auctionId, revision);
    const tracked = this.find(auctionId);
    if (tracked === undefined && this.wholeListWatchers === 0) return;
    if (!isReadable(fact)) {
      this.parts.log.warn({ auctionId, revision }, 'this is not a public fact; the gap shows with the next one');
      return;
    }
    if (tracked !== undefined) {
      this.follow(tracked, fact);
      return;
    }
    const found = this.track(auctionId);
    this.others.set(auctionId, found);
    if (fact.event.type === 'AuctionListed') this.moveTo(found, listedAuction(auctionId, fact.event));
    else this.load(found, [fact]);
  }

  private follow(tracked: Tracked, fact: PublicFact): void {
    if (tracked.waiting !== null) {
      tracked.waiting.push(fact);
      if (tracked.waiting.length > WAITING_FACTS_MAX) tracked.waiting.shift();
      return;
    }
    if (tracked.row === null) {
      if (fact.event.type === 'AuctionListed') this.moveTo(tracked, listedAuction(fact.auctionId, fact.event));
      else this.load(tracked, [fact]);
      return;
    }
    const next = Number(tracked.row.revision) + 1;
    if (fact.revision < next) return;
    if (fact.revision === next) this.moveTo(tracked, afterFact(tracked.row, fact));
    else this.load(tracked, [fact]);
  }

  private moveTo(tracked: Tracked, row: AuctionRow): void {
    this.hold(tracked, row);
    this.changed.add(tracked);
    this.ticker.due();
  }

  private load(tracked: Tracked, waiting: PublicFact[]): void {
    tracked.waiting = waiting;
    tracked.loaded = this.loadUntilNewEnough(tracked);
  }

  /** Asks Silver until its row, with the facts that wait, is as new as anything that went by. */
  private async loadUntilNewEnough(tracked: Tracked): Promise<void> {
    const { runtime, log } = this.parts;
    const retry = new Retry({ name: 'the state of a watched auction', runtime, log, backOff: BACK_OFF });
    for (let tries = 1; this.isWanted(tracked); tries++) {
      try {
        const isDone = await this.lookUps.run(() => this.lookUp(tracked));
        retry.worked();
        if (isDone) return;
        await runtime.sleep(pauseAfter(tries, BACK_OFF, runtime.random()), this.stop.signal);
      } catch (error) {
        await retry.failed(error, this.stop.signal);
      }
    }
  }

  /** True once the state is known, or nobody waits for it any more. */
  private async lookUp(tracked: Tracked): Promise<boolean> {
    if (!this.isWanted(tracked)) return true;
    const loaded = await this.parts.silver.auction(tracked.auctionId);
    if (loaded === null) await this.noteRecorded(tracked.auctionId);
    return !this.isWanted(tracked) || this.takeUp(tracked, loaded);
  }

  /** Silver may be behind: somebody who has just listed an auction may watch it, before anything was told of it here. */
  private async noteRecorded(auctionId: AuctionId): Promise<void> {
    if (this.seen.of(auctionId) >= 0) return;
    const revision = await this.parts.journal.lastRevision(auctionStream(auctionId));
    if (revision > this.seen.of(auctionId)) this.seen.note(auctionId, revision);
  }

  private isWanted(tracked: Tracked): boolean {
    if (this.stop.signal.aborted) return false;
    return this.pinned.get(tracked.auctionId) === tracked || this.others.peek(tracked.auctionId) === tracked;
  }

  private takeUp(tracked: Tracked, loaded: AuctionRow | null): boolean {
    const seen = this.seen.of(tracked.auctionId);
    if (loaded === null) {
      if (seen >= 0) return false;
      tracked.waiting = null;
      return true;
    }
    let row = loaded;
    for (const fact of tracked.waiting ?? []) {
      if (BigInt(fact.revision) <= row.revision) continue;
      if (BigInt(fact.revision) !== row.revision + 1n) return false;
      row = afterFact(row, fact);
    }
    if (row.revision < BigInt(seen)) return false;
    // The state that a watcher finds is told by `current`; what came since, or for whole lists, is a change.
    const isChange = tracked.row !== null || (tracked.waiting ?? []).length > 0;
    tracked.waiting = null;
    if (row.revision === tracked.row?.revision) return true;
    if (isChange) this.moveTo(tracked, row);
    else {
      this.hold(tracked, row);
      tracked.told = row;
    }
    return true;
  }

  /** Counts the row when it is the first one. Auctions of whole lists make room for it, the least recent first. */
  private hold(tracked: Tracked, row: AuctionRow): void {
    tracked.row = row;
    if (tracked.bytes > 0) return;
    tracked.bytes = bytesOf(row);
    this.heldBytes += tracked.bytes;
    while (this.heldBytes > this.parts.settings.bytesMax && this.others.size > 0) this.others.pop();
  }

  private letGo(tracked: Tracked): void {
    this.heldBytes -= tracked.bytes;
    tracked.bytes = 0;
  }

  private async tell(): Promise<void> {
    const changes: LiveChange[] = [];
    for (const tracked of this.changed) {
      if (tracked.row === null) continue;
      changes.push({ auction: tracked.row, before: tracked.told });
      tracked.told = tracked.row;
    }
    this.changed.clear();
    for (const listener of this.listeners) await listener(changes);
  }

  private find(auctionId: AuctionId): Tracked | undefined {
    return this.pinned.get(auctionId) ?? (this.wholeListWatchers === 0 ? undefined : this.others.get(auctionId));
  }

  private track(auctionId: AuctionId): Tracked {
    return { auctionId, pins: 0, bytes: 0, row: null, told: null, waiting: null, loaded: Promise.resolve() };
  }

  private pin(auctionId: AuctionId): Tracked {
    const found = this.find(auctionId);
    const tracked = found ?? this.track(auctionId);
    tracked.pins += 1;
    this.pinned.set(auctionId, tracked);
    this.others.delete(auctionId);
    if (found === undefined) this.load(tracked, []);
    return tracked;
  }

  private unpin(tracked: Tracked): void {
    tracked.pins -= 1;
    if (tracked.pins > 0) return;
    this.pinned.delete(tracked.auctionId);
    if (this.wholeListWatchers > 0) this.others.set(tracked.auctionId, tracked);
    else this.letGo(tracked);
  }
}

/** Two bytes a character. */
const bytesOf = ({ title, description, category, details }: AuctionRow): number =>
  BYTES_PER_AUCTION + 2 * (title.length + description.length + category.length + textsOf(details));

const textsOf = (details: AuctionRow['details']): number =>
  (details?.conditionReport?.length ?? 0) + (details?.provenance?.length ?? 0) + (details?.shippingNotes?.length ?? 0);
