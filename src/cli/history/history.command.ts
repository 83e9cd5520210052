// `gavel history`: what happened in an auction, event by event, and how it stood then.
import type { Command } from 'commander';
import type { Transaction } from '../../domain/auction/after-sale.state.js';
import { type AuctionEvent, isAuctionEvent } from '../../domain/auction/auction.events.js';
import {
  type Auction,
  type EndedAuction,
  evolve,
  type LiveAuction,
  type Phase,
  phaseAt,
  standingOf,
  unlisted,
} from '../../domain/auction/auction.js';
import { auctionId, type UserId } from '../../domain/ids.js';
import { auctionStream, type StreamId, userStream } from '../../domain/messages.js';
import { printableLine } from '../../domain/text.js';
import { earlierOf, type Instant } from '../../domain/time.js';
import type { Stores } from '../../house/stores.js';
import { type Journal, type JournalEntry, type RecordedEvent, StreamCorrupt } from '../../journal/journal.js';
import type { KeyStore } from '../../personal-data/key-store.js';
import { usernameOf } from '../../personal-data/personal-data.js';
import { OperatorError } from '../../runtime/operator-error.js';
import { CANDIDATES_SHOWN, type IdRange, type Named, onlyOne, readIdRange } from '../auction-named.js';
import { transactionLine } from './after-sale-story.js';
import { isBehind, type Point, readPoint } from './point.js';
import { type Stood, sentenceOf, standingLines } from './story.js';
import { type Telling, timeOf } from './telling.js';

type Options = Readonly<{ at?: string; json?: boolean; secrets?: boolean }>;

export type HistoryParts = Readonly<{
  /** Opens journal and database of the configured house for the time of `work`. */
  withStores: (work: (stores: Stores) => Promise<void>) => Promise<void>;
  /** At most so many auctions whose ids lie in this range, in their order. */
  auctionsIn: (database: Stores['database'], range: IdRange, limit: number) => Promise<readonly Named[]>;
  /** The keys that usernames open with. */
  keys: () => KeyStore;
  now: () => Instant;
  print: (line: string) => void;
}>;

const PAGE_EVENTS = 1_000;
const LISTED = CANDIDATES_SHOWN + 1;

/** Adds `gavel history AUCTION [--at REVISION|TIME] [--json] [--secrets]`. */
export function registerHistory(program: Command, { withStores, auctionsIn, keys, now, print }: HistoryParts): void {
  program
    .command('history')
    .description("tell an auction's story, and how it stood at a revision or a time")
    .argument('<auction>', "the auction's id, or its first letters as gavel watch prints them")
    .option('--at <revision|time>', 'stop there, as 7 or 2026-01-31T12:00:00Z (inclusive)')
    .option('--json', 'one JSON object a line: each event, then the state')
    .option('--secrets', 'tell maximum bids and the reserve too')
    .action((id: string, options: Options) => {
      const letters = id.toLowerCase();
      const range = readIdRange(letters);
      const point = readPoint(options.at);
      const tell = options.json === true ? tellJson : tellStory;
      const secrets = options.secrets === true;
      return withStores(async ({ journal, database }) => {
        const [from, to] = range;
        // A whole id is asked of the journal alone, which knows it before Silver does.
        const found = from === to ? from : onlyOne(letters, await auctionsIn(database, range, LISTED), "auction's id");
        const stream = auctionStream(auctionId(found));
        await tell({ journal, keys: keys(), stream, point, secrets, now: now(), print });
      });
    });
}

type Request = Readonly<{
  journal: Journal;
  keys: KeyStore;
  stream: StreamId;
  point: Point;
  secrets: boolean;
  now: Instant;
  print: (line: string) => void;
}>;

async function tellStory(request: Request): Promise<void> {
  const { journal, print, secrets } = request;
  const names = new Names(journal, request.keys);
  const nameOf = (userId: UserId): string => names.of(userId);
  const { auction, last, more } = await fold(request, async ({ revision, occurredAt }, event, { listing }) => {
    await names.learn(peopleIn(event));
    const sentence = sentenceOf(event, { currency: listing.terms.currency, nameOf, secrets });
    print(`${`r${revision}`.padEnd(6)}${timeOf(occurredAt)}  ${printableLine(sentence)}`);
  });
  const telling: Telling = { currency: auction.listing.terms.currency, nameOf, secrets };
  print('');
  const phase = phaseAt(auction, momentOf(request, last));
  print(`at revision ${last.revision}${more ? '' : ', the last'}: ${phase}`);
  for (const line of standingLines(stoodOf(auction, phase), telling)) print(`  ${printableLine(line)}`);
  const transaction = transactionOf(auction);
  if (transaction !== null) print(`  ${printableLine(transactionLine(transaction, telling))}`);
}

async function tellJson(request: Request): Promise<void> {
  const { print, secrets } = request;
  const json = (value: unknown): string => JSON.stringify(value, (key, inner: unknown) => plain(key, inner, secrets));
  const { auction, last } = await fold(request, async ({ revision, position, occurredAt, recordedAt, meta }, event) => {
    const { commandId, actorId } = meta;
    print(json({ revision, position, occurredAt, recordedAt, actorId, commandId, event }));
  });
  const state = stoodOf(auction, phaseAt(auction, momentOf(request, last)));
  print(json({ revision: last.revision, state: { ...state, transaction: transactionOf(auction) } }));
}

const stoodOf = (auction: ListedAuction, phase: Phase): Stood => ({
  phase,
  ...standingOf(auction),
  closesAt: auction.closesAt,
  extensions: 'extensions' in auction ? auction.extensions : 0,
  isSealed: auction.status === 'sealed',
});

/** The latest sale of the item; null where there is none. */
const transactionOf = (auction: ListedAuction): Transaction | null =>
  'afterSale' in auction ? auction.afterSale.transaction : null;

/** The instant that the state is told of: an open auction has not stood still since its last event. */
function momentOf({ point, now }: Request, last: RecordedEvent): Instant {
  if (point.kind === 'end') return now;
  // What will be at a time to come is nothing that history knows.
  return point.kind === 'time' ? earlierOf(point.at, now) : last.occurredAt;
}

const SECRET_KEYS: ReadonlySet<string> = new Set(['maximum', 'amount', 'reservePrice', 'offeredPrice']);

/** Amounts as decimal strings, times as ISO 8601; secrets as `(secret)` unless they were asked for. */
function plain(key: string, value: unknown, secrets: boolean): unknown {
  if (!secrets && value !== null && SECRET_KEYS.has(key)) return '(secret)';
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'number' && key.endsWith('At') ? new Date(value).toISOString() : value;
}

type ListedAuction = LiveAuction | EndedAuction;
type Told = Readonly<{ auction: ListedAuction; last: RecordedEvent; more: boolean }>;

/** Folds the stream up to the point, showing each event as it goes by. Refuses a point that the stream does not have. */
async function fold(
  { journal, stream, point }: Request,
  show: (recorded: RecordedEvent, event: AuctionEvent, after: ListedAuction) => Promise<void>,
): Promise<Told> {
  let told: Told | null = null;
  let auction: Auction = unlisted;
  const lastRevision = await journal.lastRevision(stream);
  refuseMissing(stream, point, lastRevision);
  for (let from = 0; from <= lastRevision; from += PAGE_EVENTS) {
    for (const entry of await journal.readStream(stream, from, PAGE_EVENTS)) {
      if (isBehind(point, entry)) return told === null ? tooEarly(stream, entry) : { ...told, more: true };
      const recorded = readable(entry, told === null ? 0 : told.last.revision + 1);
      const event = auctionEventOf(recorded);
      const after = followed(auction, event, recorded);
      await show(recorded, event, after);
      auction = after;
      told = { auction: after, last: recorded, more: false };
    }
  }
  if (told === null) throw new StreamCorrupt(stream, lastRevision, 'it has a last revision and no events');
  return told;
}

/** The entry as an event. Refuses one that cannot be read, or that comes where another should. */
function readable(entry: JournalEntry, revision: number): RecordedEvent {
  if (entry.revision !== revision)
    throw new StreamCorrupt(entry.streamId, entry.revision, `revision ${revision} should come here`);
  if (entry.kind !== 'event') throw new StreamCorrupt(entry.streamId, entry.revision, entry.problem);
  return entry;
}

/** The auction after one more event. Refuses an event that cannot follow on what is before it. */
function followed(auction: Auction, event: AuctionEvent, { streamId, revision }: RecordedEvent): ListedAuction {
  try {
    const after = evolve(auction, event);
    if (after.status !== 'unlisted') return after;
  } catch (error) {
    throw new StreamCorrupt(streamId, revision, error instanceof Error ? error.message : String(error));
  }
  throw new StreamCorrupt(streamId, revision, 'nothing was listed');
}

function refuseMissing(stream: StreamId, point: Point, lastRevision: number): void {
  const id = stream.slice('auction-'.length);
  if (lastRevision < 0) throw new OperatorError(`there is no auction ${id}`);
  if (point.kind === 'revision' && point.revision > lastRevision)
    throw new OperatorError(`auction ${id} has revisions 0 to ${lastRevision}; there is no revision ${point.revision}`);
}

function tooEarly(stream: StreamId, { occurredAt }: JournalEntry): never {
  const id = stream.slice('auction-'.length);
  throw new OperatorError(`auction ${id} was listed on ${timeOf(occurredAt)}, after the time asked for`);
}

function auctionEventOf({ event, streamId, revision }: RecordedEvent): AuctionEvent {
  if (isAuctionEvent(event)) return event;
  throw new StreamCorrupt(streamId, revision, `${event.type} is no event of an auction`);
}

function peopleIn(event: AuctionEvent): readonly UserId[] {
  const people: (UserId | null)[] = [];
  if ('sellerId' in event) people.push(event.sellerId);
  if ('bidderId' in event) people.push(event.bidderId);
  if ('leaderId' in event) people.push(event.leaderId);
  if ('buyerId' in event) people.push(event.buyerId);
  if ('cancelledBy' in event) people.push(event.cancelledBy);
  if ('withdrawnBy' in event) people.push(event.withdrawnBy);
  if ('grantedBy' in event) people.push(event.grantedBy);
  if ('refusedBy' in event) people.push(event.refusedBy);
  if ('proposedBy' in event) people.push(event.proposedBy);
  if ('voidedBy' in event) people.push(event.voidedBy);
  if ('declaredBy' in event) people.push(event.declaredBy);
  return people.filter((userId) => userId !== null);
}

/** Usernames, read from the users' own streams as they come up; of whoever was erased, the id. */
class Names {
  private readonly known = new Map<UserId, string>();

  constructor(
    private readonly journal: Journal,
    private readonly keys: KeyStore,
  ) {}

  async learn(userIds: readonly UserId[]): Promise<void> {
    for (const userId of userIds) {
      if (this.known.has(userId)) continue;
      const [first] = await this.journal.readStream(userStream(userId), 0, 1);
      const isRegistered = first?.kind === 'event' && first.event.type === 'UserRegistered';
      const name = isRegistered ? await usernameOf(this.keys, userId, first.event.username) : null;
      this.known.set(userId, name ?? userId);
    }
  }

  of(userId: UserId): string {
    return this.known.get(userId) ?? userId;
  }
}
