// `gavel watch`: live auctions in the terminal, over the public subscription. A terminal gets a table that is written over;
// whatever else reads gets a line for each change.
import type { Command } from 'commander';
import type { Config } from '../../config.js';
import { OperatorError } from '../../runtime/operator-error.js';
import type { Runtime } from '../../runtime/runtime.js';
import { say } from '../../terminal/progress.js';
import { listenForStop } from '../../terminal/stop-signal.js';
import { onlyOne, readIdRange } from '../auction-named.js';
import { houseAt, readHouseUrl } from '../house-address.js';
import type { Subject } from './house-window.js';
import { Screen } from './screen.js';
import { type SeenAuction, SeenAuctions } from './seen-auctions.js';
import { auctionLines, changeLine, tableLines } from './watch-lines.js';

export type WatchParts = Readonly<{ config: () => Config; runtime: Runtime; print: (line: string) => void }>;

type Options = Readonly<{ url?: string; category?: string }>;

/** Adds `gavel watch [AUCTION]`. */
export function registerWatch(program: Command, parts: WatchParts): void {
  program
    .command('watch')
    .description('show live auctions, or one of them, until Ctrl-C')
    .argument('[auction]', 'the id of one auction, or its first letters')
    .option('--category <name>', 'only auctions of this category')
    .option('--url <url>', 'where the house answers; the one that is open on GAVEL_DATA unless given')
    .action((auction: string | undefined, options: Options) => watch(auction, options, parts));
}

async function watch(auction: string | undefined, options: Options, parts: WatchParts): Promise<void> {
  const { openWindow } = await import('./house-window.js');
  const given = readHouseUrl(options.url);
  const { url, shown } = await houseAt(given, parts.config());
  const subject: Subject =
    auction === undefined
      ? { category: options.category ?? null }
      : { auctionId: await auctionNamed(auction.toLowerCase(), url) };
  say(`watching ${shown}`);
  const show = process.stdout.isTTY ? new TerminalShow(subject, parts.runtime) : new LineShow(subject, parts);
  const stop = listenForStop(() => process.exit(130));
  const over = Promise.withResolvers<string | null>();
  const close = openWindow(url, subject, {
    seen: (one) => {
      show.seen(one);
      if ('auctionId' in subject && one.status !== 'open') over.resolve(null);
    },
    open: (all) => show.open(all),
    trouble: (sentence) => show.trouble(sentence),
    refused: (sentence) => over.resolve(sentence),
  });
  const refusal = await Promise.race([over.promise, stop.asked.then(() => null)]);
  show.end();
  await close();
  stop.release();
  if (refusal !== null) throw new OperatorError(refusal);
}

/** The auction of this id, or the open one whose id begins so. */
async function auctionNamed(text: string, url: URL): Promise<string> {
  const [from, to] = readIdRange(text);
  if (from === to) return from;
  const { openAuctions } = await import('./house-window.js');
  const found = (await openAuctions(url, null)).filter(({ auctionId }) => auctionId.startsWith(text));
  return onlyOne(text, found, "open auction's id");
}

interface Show {
  seen(auction: SeenAuction): void;
  open(auctions: readonly SeenAuction[]): void;
  trouble(sentence: string | null): void;
  end(): void;
}

/** A line for each change. */
class LineShow implements Show {
  private readonly auctions = new SeenAuctions();
  private readonly known = new Map<string, SeenAuction>();

  constructor(
    private readonly subject: Subject,
    private readonly parts: WatchParts,
  ) {}

  seen(auction: SeenAuction): void {
    const nowMs = this.parts.runtime.now();
    if (!this.auctions.take(auction, nowMs)) return;
    this.parts.print(changeLine(auction, this.known.get(auction.auctionId) ?? null, nowMs));
    if (auction.status === 'open') this.known.set(auction.auctionId, auction);
    else this.known.delete(auction.auctionId);
    // What ended long ago leaves the memory.
    this.auctions.inOrder(nowMs);
  }

  open(auctions: readonly SeenAuction[]): void {
    for (const auction of auctions) this.seen(auction);
  }

  trouble(sentence: string | null): void {
    if (sentence !== null) say(sentence);
    else if ('category' in this.subject) say('connected; every change is a line');
  }

  end(): void {
    this.known.clear();
  }
}

/** Often enough for seconds to run smoothly, and seldom enough to be read. */
const REDRAW_EVERY_MS = 250;

/** Lines that are written over. */
class TerminalShow implements Show {
  private readonly auctions = new SeenAuctions();
  private readonly screen = new Screen(process.stdout);
  private readonly timer: NodeJS.Timeout;
  private problem: string | null = 'connecting';

  constructor(
    private readonly subject: Subject,
    private readonly runtime: Runtime,
  ) {
    this.timer = setInterval(() => this.draw(), REDRAW_EVERY_MS);
  }

  seen(auction: SeenAuction): void {
    this.auctions.take(auction, this.runtime.now());
  }

  open(auctions: readonly SeenAuction[]): void {
    this.auctions.keepOnly(new Set(auctions.map(({ auctionId }) => auctionId)));
    for (const auction of auctions) this.seen(auction);
  }

  trouble(sentence: string | null): void {
    this.problem = sentence;
  }

  end(): void {
    clearInterval(this.timer);
    this.draw();
    this.screen.end();
  }

  private draw(): void {
    const nowMs = this.runtime.now();
    const size = { columns: process.stdout.columns, rows: process.stdout.rows };
    const auctions = this.auctions.inOrder(nowMs);
    const [only] = auctions;
    const lines =
      'category' in this.subject
        ? tableLines(auctions, nowMs, size)
        : only === undefined
          ? []
          : auctionLines(only, nowMs, size);
    this.screen.show(this.problem === null ? lines : [...lines, `(${this.problem})`]);
  }
}
