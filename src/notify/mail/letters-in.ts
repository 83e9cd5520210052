// Which letters a page of the journal comes to, for people who want mail at a confirmed address. Who leads an auction is kept for
// those people only: a bid of anybody else costs a look-up and nothing more.
import type { ClientBase } from 'pg';
import type { AuctionEvent } from '../../domain/auction/auction.events.js';
import { streamOwner } from '../../domain/messages.js';
import type { JournalEntry, RecordedEvent } from '../../feed/feed.js';
import type { Letter, LetterKind } from './letter.js';

/** `dueAt`: when it is to be sent, in epoch milliseconds. */
export type Addressed = Readonly<{ userId: string; dueAt: number; letter: Letter }>;

/** The events that `lettersOf` looks at. */
export const LETTER_FACTS = [
  'AuctionListed',
  'BidPlaced',
  'SealedBidPlaced',
  'BidRetracted',
  'CallUndone',
  'BidVoided',
  'SealedBidVoided',
  'ClosingExtended',
  'AuctionSold',
  'AuctionPassed',
  'AuctionCancelled',
  'AuctionWithdrawn',
  'InvoiceIssued',
  'PaymentRecorded',
  'PaymentOverdue',
  'SecondChanceOffered',
  'QuestionAsked',
  'QuestionAnswered',
] as const;

const REMIND_BEFORE_MS = 2 * 86_400_000;

type AuctionFact = Readonly<{ auctionId: string; revision: number; at: number; event: AuctionEvent }>;
/** Somebody with mail, in one auction. */
type Follower = { leads: boolean; sells: boolean /** The invoice of theirs that is not paid. */; owes: number | null };
type Following = Map<string, Map<string, Follower>>;

const READERS = `
SELECT user_id AS "userId" FROM ops.mail_readers
WHERE user_id = ANY ($1::uuid[]) AND wanted AND verified_version = data_version`;
const FOLLOWING = `
SELECT auction_id AS "auctionId", user_id AS "userId", leads, sells, owes FROM ops.mail_following WHERE auction_id = ANY ($1::uuid[])`;
const FORGET = 'DELETE FROM ops.mail_following WHERE auction_id = ANY ($1::uuid[])';
const FOLLOW = `
INSERT INTO ops.mail_following (auction_id, user_id, leads, sells, owes)
SELECT * FROM json_to_recordset($1) AS f("auctionId" uuid, "userId" uuid, leads boolean, sells boolean, owes integer)`;

/** The auctions' facts of a page. */
export const auctionFactsIn = (entries: readonly JournalEntry[]): readonly AuctionFact[] =>
  entries.flatMap((entry) => (entry.kind === 'event' && entry.streamId.startsWith('auction-') ? [factOf(entry)] : []));

const factOf = ({ streamId, revision, occurredAt, event }: RecordedEvent): AuctionFact => ({
  auctionId: streamOwner(streamId).id,
  revision,
  at: occurredAt,
  event: event as AuctionEvent,
});

/** Works out the letters, and takes note of who follows what. Within the caller's transaction. */
export async function lettersOf(client: ClientBase, facts: readonly AuctionFact[]): Promise<readonly Addressed[]> {
  if (facts.length === 0) return [];
  const readers = await readersAmong(client, new Set(facts.flatMap(({ event }) => peopleIn(event))));
  const following = await followingOf(client, new Set(facts.map(({ auctionId }) => auctionId)));
  if (readers.size === 0 && following.size === 0) return [];
  const before = JSON.stringify(rowsOf(following));
  const letters = facts.flatMap((fact) => lettersIn(fact, readers, following));
  const rows = rowsOf(following);
  if (JSON.stringify(rows) !== before) {
    await client.query(FORGET, [[...new Set(facts.map(({ auctionId }) => auctionId))]]);
    await client.query(FOLLOW, [JSON.stringify(rows)]);
  }
  return letters;
}

async function readersAmong(client: ClientBase, people: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ userId: string }>(READERS, [[...people]]);
  return new Set(rows.map(({ userId }) => userId));
}

async function followingOf(client: ClientBase, auctions: ReadonlySet<string>): Promise<Following> {
  type Row = Follower & Readonly<{ auctionId: string; userId: string }>;
  const { rows } = await client.query<Row>(FOLLOWING, [[...auctions]]);
  const following: Following = new Map();
  for (const { auctionId, userId, leads, sells, owes } of rows)
    follow(following, auctionId, userId, { leads, sells, owes });
  return following;
}

function follow(following: Following, auctionId: string, userId: string, follower: Follower): void {
  const of = following.get(auctionId) ?? new Map<string, Follower>();
  following.set(auctionId, of.set(userId, follower));
}

const rowsOf = (following: Following) =>
  [...following].flatMap(([auctionId, of]) =>
    [...of].map(([userId, { leads, sells, owes }]) => ({ auctionId, userId, leads, sells, owes })),
  );

/** Whom a fact names and may be told of it, or begin to follow the auction by it. */
function peopleIn(event: AuctionEvent): readonly string[] {
  switch (event.type) {
    case 'AuctionListed':
      return [event.sellerId];
    case 'BidPlaced':
    case 'SealedBidPlaced':
    case 'BidVoided':
    case 'SealedBidVoided':
    case 'SecondChanceOffered':
      return [event.bidderId];
    case 'QuestionAnswered':
      return [event.askerId];
    case 'AuctionSold':
    case 'InvoiceIssued':
      return [event.buyerId];
    default:
      return [];
  }
}

const NEW: Follower = { leads: false, sells: false, owes: null };

function lettersIn(fact: AuctionFact, readers: ReadonlySet<string>, following: Following): readonly Addressed[] {
  const { auctionId, revision, at, event } = fact;
  const of = following.get(auctionId) ?? new Map<string, Follower>();
  following.set(auctionId, of);
  const to = (kind: LetterKind, people: readonly string[], dueAt = at): readonly Addressed[] =>
    people.map((userId) => ({ userId, dueAt, letter: { kind, subjectId: auctionId, revision, at } }));
  const named = peopleIn(event).filter((userId) => readers.has(userId));
  const those = (fits: (one: Follower) => boolean) => [...of].flatMap(([userId, one]) => (fits(one) ? [userId] : []));
  switch (event.type) {
    case 'AuctionListed':
      for (const userId of named) of.set(userId, { ...NEW, sells: true });
      return [];
    case 'BidPlaced':
    case 'SealedBidPlaced':
      for (const userId of named) if (!of.has(userId)) of.set(userId, { ...NEW });
      return event.type === 'BidPlaced' ? to('Outbid', leadersMoved(of, event.leaderId)) : [];
    case 'BidRetracted':
    case 'CallUndone':
      leadersMoved(of, event.leaderId);
      return [];
    case 'BidVoided':
      leadersMoved(of, event.leaderId);
      return to('Voided', named);
    case 'SealedBidVoided':
      return to('Voided', named);
    case 'ClosingExtended':
      return to('Extended', [...of.keys()]);
    case 'AuctionSold':
      return ended(of, [
        ...to('Won', named),
        ...to(
          'Sold',
          those(({ sells }) => sells),
        ),
      ]);
    case 'AuctionPassed':
      return ended(
        of,
        to(
          'Passed',
          those(({ leads, sells }) => leads || sells),
        ),
      );
    case 'AuctionCancelled':
    case 'AuctionWithdrawn':
      return ended(of, []);
    case 'InvoiceIssued': {
      for (const userId of named) of.set(userId, { ...NEW, owes: event.transactionNumber });
      const remindAt = Math.max(at, event.paymentDueAt - REMIND_BEFORE_MS);
      return [...to('Invoiced', named), ...to('Reminder', named, remindAt)];
    }
    case 'PaymentRecorded':
      return paid(of, event.transactionNumber, () => []);
    case 'PaymentOverdue':
      return paid(of, event.transactionNumber, (people) => to('Overdue', people));
    case 'SecondChanceOffered':
      return to('Offered', named);
    case 'QuestionAsked':
      return to(
        'Asked',
        those(({ sells }) => sells),
      );
    case 'QuestionAnswered':
      return to('Answered', named);
    default:
      return [];
  }
}

/** Nobody follows an auction that is over. */
function ended(of: Map<string, Follower>, letters: readonly Addressed[]): readonly Addressed[] {
  of.clear();
  return letters;
}

/** Who owed for this transaction owes no more, or is told for the last time. */
function paid(
  of: Map<string, Follower>,
  transaction: number,
  told: (people: readonly string[]) => readonly Addressed[],
): readonly Addressed[] {
  const people = [...of].flatMap(([userId, { owes }]) => (owes === transaction ? [userId] : []));
  for (const userId of people) of.delete(userId);
  return told(people);
}

/** Notes who leads now. Returns who led and does no more. */
function leadersMoved(of: ReadonlyMap<string, Follower>, leaderId: string | null): readonly string[] {
  const lost: string[] = [];
  for (const [userId, follower] of of) {
    if (follower.leads && userId !== leaderId) lost.push(userId);
    follower.leads = userId === leaderId;
  }
  return lost;
}
