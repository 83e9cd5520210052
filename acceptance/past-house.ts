// A real house (bus, engine, PostgreSQL journal, Silver, closer) in a temporary directory, whose clock is moved by hand
// through the times at which bids were really placed.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../src/bus/command-bus.js';
import { loadConfig } from '../src/config.js';
import type { Actor } from '../src/domain/actor.js';
import { type AuctionId, commandId, type UserId, userId } from '../src/domain/ids.js';
import type { Command } from '../src/domain/messages.js';
import { type Instant, laterOf } from '../src/domain/time.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded/embedded-postgres.js';
import { type House, openHouse } from '../src/house/house.js';
import type { AuctionRow } from '../src/projections/silver/silver.queries.js';
import { bigintAsText } from '../src/runtime/bigint-text.js';
import type { Log } from '../src/runtime/log.js';
import { ManualRuntime } from '../src/runtime/manual.runtime.js';
import { silentMetrics } from '../src/runtime/metrics.js';
import { nameUuid } from '../src/runtime/name-uuid.js';
import { OperatorError } from '../src/runtime/operator-error.js';
import { say, startProgress } from '../src/terminal/progress.js';
import { type ScratchDirectory, scratchDirectory } from '../src/terminal/scratch-directory.js';
import { CONSIGNOR, type PastAuction } from './past-auction.js';

/** Commands under way at once: enough to fill batches, and less than a partition's queue holds. */
const UNDER_WAY_MAX = 2_000;
/** Nothing here takes seconds; a wait this long means that something is stuck. */
const WAIT_MAX_MS = 60_000;
const POLL_MS = 2;

// What was refused in the past is no flood: every recorded bid is to be judged.
const CONFIG = loadConfig({ GAVEL_REFUSALS_PER_MINUTE_MAX: '100000' });

const OPERATOR: Actor = {
  kind: 'user',
  userId: userId(nameUuid('acceptance user', 'operator')),
  roles: ['operator'],
};

const CATEGORY = 'Recorded auctions';

type Step = Readonly<{ at: Instant; command: Command; actor: Actor }>;

export type PastScore = Readonly<{
  auctionId: AuctionId;
  bidderId: UserId;
  isFlagged: boolean;
  unusualIncrement: boolean;
  snipe: boolean;
}>;

const SCORES = `
SELECT auction_id AS "auctionId", bidder_id AS "bidderId", is_flagged AS "isFlagged",
  unusual_increment AS "unusualIncrement", snipe
FROM silver.fraud_signals`;

export class PastHouse {
  private constructor(
    private readonly runtime: ManualRuntime,
    private readonly house: House,
    private readonly postgres: EmbeddedPostgres,
    private readonly scratch: ScratchDirectory,
  ) {}

  /** Opens an empty house whose clock stands at `startsAt`. `close` removes all of it. */
  static async open(startsAt: Instant, log: Log): Promise<PastHouse> {
    const scratch = await scratchDirectory(tmpdir(), 'gavel-acceptance-');
    let postgres: EmbeddedPostgres | null = null;
    try {
      postgres = await startEmbeddedPostgres({ dataDir: join(scratch.path, 'postgres'), log });
      const runtime = new ManualRuntime(startsAt);
      const parts = { postgres: postgres.connection, config: CONFIG, runtime, log, metrics: silentMetrics };
      return new PastHouse(runtime, await openHouse(parts), postgres, scratch);
    } catch (error) {
      await postgres?.stop();
      scratch.remove();
      throw error;
    }
  }

  now(): Instant {
    return this.runtime.now();
  }

  /** Registers these people, and the consignor, who sells whatever is nobody else's. */
  async register(bidders: ReadonlySet<UserId>): Promise<void> {
    const at = this.now();
    const steps = [CONSIGNOR, ...bidders].map((id): Step => {
      return { at, actor: OPERATOR, command: { type: 'RegisterUser', userId: id, username: null, personalData: null } };
    });
    await this.play('registering bidders', steps);
  }

  /**
   * Lists these auctions, places their bids when they were placed, and lets the closer close them. Resolves when Silver
   * shows the end of every one. Refuses a listing that the house's rules refuse; refused bids are part of the story.
   */
  async hold(what: string, auctions: readonly PastAuction[]): Promise<ReadonlyMap<PastAuction, AuctionRow>> {
    const steps = auctions.flatMap(stepsOf).sort((a, b) => a.at - b.at);
    await this.play(what, steps);
    await this.silverHasAll();
    return this.closed(auctions);
  }

  /** The scores of all bids, once the fraud scorer has come to the journal's end. */
  async fraudScores(): Promise<readonly PastScore[]> {
    const { journal, pool } = this.house;
    const at = await journal.head();
    if (at === null) return [];
    await this.until('the fraud scorer to come to the end of the journal', async () => {
      // It rests between pages, by this clock.
      this.runtime.advanceBy(1_000);
      const { rows } = await pool.query<{ position: string | null }>('SELECT position FROM fraud.progress WHERE leads');
      const position = rows[0]?.position ?? null;
      // Cases that the house opens meanwhile lie behind it.
      return position !== null && journal.comparePositions(journal.parsePosition(position), at) >= 0;
    });
    const { rows } = await pool.query<PastScore>(SCORES);
    return rows;
  }

  async close(): Promise<void> {
    // A house that is stuck has been reported already; its files go all the same.
    await Promise.race([this.house.drain(), sleep(WAIT_MAX_MS, undefined, { ref: false })]);
    await this.postgres.stop();
    this.scratch.remove();
  }

  private async play(what: string, steps: readonly Step[]): Promise<void> {
    const progress = startProgress(what, steps.length);
    let [sent, answered] = [0, 0];
    let failure: OperatorError | null = null;
    const answers = () => this.until('the house to answer', () => Promise.resolve(answered === sent));
    try {
      for (const step of steps) {
        // A later command reaches the queue later: each is stamped with the time at which the clock stands now.
        if (step.at > this.now()) this.runtime.advanceTo(step.at);
        // A close in one round with the bid that made its buyer is judged in the next, after what came later elsewhere.
        if (step.command.type === 'CloseAuction') await answers();
        sent += 1;
        void this.submit(step).then((outcome) => {
          failure ??= failureOf(step.command, outcome);
          progress.at(++answered);
        });
        if (sent - answered >= UNDER_WAY_MAX) await answers();
        if (failure !== null) break;
      }
      await answers();
    } finally {
      progress.stop();
    }
    if (failure !== null) throw failure;
  }

  private submit({ command, actor }: Step): Promise<Outcome> {
    return this.house.bus.submit({ command, actor, commandId: commandId(this.runtime.uuid()), correlationId: null });
  }

  /** Lets the clock run on, a second at a time, until every auction has ended in Silver. */
  private async closed(auctions: readonly PastAuction[]): Promise<ReadonlyMap<PastAuction, AuctionRow>> {
    const end = auctions.map(({ closesAt }) => closesAt).reduce(laterOf, this.now());
    this.runtime.advanceTo(end);
    const rows = new Map<PastAuction, AuctionRow>();
    const progress = startProgress('closing', auctions.length);
    try {
      await this.until('the closer to close every auction', async () => {
        this.runtime.advanceBy(1_000);
        for (const auction of auctions) {
          if (rows.has(auction)) continue;
          const row = await this.house.silver.auction(auction.auctionId);
          if (row === null || row.status === 'open') return false;
          rows.set(auction, row);
          progress.at(rows.size);
        }
        return true;
      });
    } finally {
      progress.stop();
    }
    return rows;
  }

  private silverHasAll(): Promise<void> {
    const { journal, consumers } = this.house;
    return this.until('Silver to catch up with the journal', async () => {
      const { state, problem, position } = consumers.silver.status();
      if (state === 'halted') throw new OperatorError(`Silver has halted: ${problem}`);
      return journal.comparePositions(position, await journal.head()) >= 0;
    });
  }

  private async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const giveUpAt = performance.now() + WAIT_MAX_MS;
    while (!(await condition())) {
      if (performance.now() > giveUpAt) throw new OperatorError(`waited ${WAIT_MAX_MS / 1000} s for ${what}`);
      await sleep(POLL_MS);
    }
  }
}

function stepsOf(auction: PastAuction): readonly Step[] {
  const { auctionId, title, terms, listedAt, closesAt, bids, sellerId = CONSIGNOR, category = CATEGORY } = auction;
  const listing: Step = {
    at: listedAt,
    actor: OPERATOR,
    command: {
      type: 'ListAuction',
      auctionId,
      sellerId,
      item: { title, description: '', category },
      terms,
      opensAt: null,
      closesAt,
    },
  };
  const { currency } = terms;
  const placed = bids.map(({ bidderId, amount, at }): Step => {
    const actor: Actor = { kind: 'user', userId: bidderId, roles: ['bidder'] };
    return { at, actor, command: { type: 'PlaceBid', auctionId, bidderId, amount, currency, channel: 'online' } };
  });
  // The closer would come after all bids, for the clock runs ahead of it: whoever needs closes in their turn asks for them.
  const close: Step = {
    at: closesAt,
    actor: { kind: 'house' },
    command: { type: 'CloseAuction', auctionId, closesAt },
  };
  return [listing, ...placed, ...(auction.closesInTurn === true ? [close] : [])];
}

/** Bids may be refused, as they were in their day; anything else that is not accepted means that this run is worthless. */
function failureOf(command: Command, outcome: Outcome): OperatorError | null {
  if (outcome.status === 'accepted') return null;
  // The closer may have been there before a close in turn.
  if (outcome.status === 'rejected' && (command.type === 'PlaceBid' || command.type === 'CloseAuction')) return null;
  const why = outcome.status === 'rejected' ? JSON.stringify(outcome.rejection, bigintAsText) : outcome.status;
  const which = command.type === 'ListAuction' ? ` of "${command.item.title}"` : '';
  return new OperatorError(`the house refused a ${command.type}${which}: ${why}`);
}

/** Tells how many recorded times had to be moved, if any. */
export function sayMoved(moved: number): void {
  if (moved > 0) say(`${moved} bids were recorded earlier than the bid before them and are taken at that bid's time`);
}
