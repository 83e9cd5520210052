// What happens around an auction while it is open, beside bids: it is watched, asked about, and now and then staff are needed.
import { z } from 'zod';
import type { Person } from './people.js';
import type { Random } from './random.js';
import type { Stories } from './story.js';
import * as wishes from './wishes.js';

export type MeanwhileParts = Readonly<{
  stories: Stories;
  people: readonly Person[];
  /** Two of the staff, for what takes two. */
  staff: readonly [Person, Person];
  random: Random;
}>;

export type Seen = Readonly<{ auctionId: string; seller: Person; openMs: number }>;

const QUESTIONS = [
  ['Is there a mark of the maker on it?', 'Yes, on the underside; a photo shows it.'],
  ['Would you send it abroad?', 'Yes, insured, at cost.'],
  ['Has anything been repaired?', 'Not that I know of.'],
  ['How large is it?', 'About 30 cm at its largest.'],
] as const;
const AWAY = 'Asks for a telephone number.';

const bidsSeen = z.object({
  bids: z.object({
    rows: z.array(
      z.object({ bidderId: z.string(), bidNumber: z.int(), isWinning: z.boolean(), isRetracted: z.boolean() }),
    ),
  }),
});
const BIDS =
  'query($id: ID!) { bids(auctionId: $id, limit: 50) { rows { bidderId bidNumber isWinning isRetracted } } }';
const WATCH = 'mutation($id: ID!) { watchLot(auctionId: $id) }';
const UNWATCH = 'mutation($id: ID!) { unwatchLot(auctionId: $id) }';
/** The shares of an auction after which staff are asked for something, and answer it. */
const [ASKED_AT, ANSWERED_MS] = [0.6, 3_000];

/** Lets it happen, by the number of the auction: something else each time. */
export function meanwhile(parts: MeanwhileParts, seen: Seen, number: number): void {
  const { stories } = parts;
  stories.begin(() => watched(parts, seen));
  if (number % 2 === 0) stories.begin(() => asked(parts, seen, number % 8 === 6));
  if (number % 5 === 1) stories.begin(() => takenBack(parts, seen, number % 2 === 0));
  if (number % 7 === 3) stories.begin(() => voided(parts, seen, number % 2 === 0));
}

/** Somebody keeps it in sight until it is over. */
async function watched({ stories, people, random }: MeanwhileParts, { auctionId, openMs }: Seen): Promise<void> {
  const by = random.pick(people);
  await stories.must(by, wishes.ask(WATCH, { id: auctionId }), openMs * 0.1);
  if (random.fraction() < 0.9) await stories.must(by, wishes.ask(UNWATCH, { id: auctionId }), openMs * 1.5);
}

/** The seller answers, or staff take the question out of sight. */
async function asked(parts: MeanwhileParts, { auctionId, seller, openMs }: Seen, isBad: boolean): Promise<void> {
  const { stories, people, staff, random } = parts;
  const [question, text] = random.pick(QUESTIONS);
  const asker = random.pick(people.filter((person) => person !== seller));
  const body = { text: isBad ? 'Call me and we do it without the house.' : question };
  const answer = await stories.ask(asker, wishes.askQuestion(auctionId, body), openMs * 0.2);
  if (answer.kind !== 'accepted') return;
  // On a second start others may have asked before: then the number is theirs, and nothing comes of it.
  if (isBad) await stories.ask(staff[0], wishes.hideQuestion(auctionId, 1, { reason: AWAY }), ANSWERED_MS);
  else await stories.ask(seller, wishes.answerQuestion(auctionId, 1, { text }), openMs * 0.1);
}

type Bid = z.output<typeof bidsSeen>['bids']['rows'][number];

/** A bid that counts and is not the leading one, so that the price stays. */
async function beaten({ stories, staff }: MeanwhileParts, { auctionId, openMs }: Seen): Promise<Bid | null> {
  const told = await stories.must(staff[0], wishes.ask(BIDS, { id: auctionId }), openMs * ASKED_AT);
  return bidsSeen.parse(told).bids.rows.find((bid) => !bid.isWinning && !bid.isRetracted) ?? null;
}

/** A bidder has mistyped and asks for the bid back; staff decide. */
async function takenBack(parts: MeanwhileParts, seen: Seen, isGranted: boolean): Promise<void> {
  const { stories, people, staff } = parts;
  const { auctionId } = seen;
  const bid = await beaten(parts, seen);
  const by = people.find(({ userId }) => userId === bid?.bidderId);
  if (bid === null || by === undefined) return;
  const wish = wishes.requestRetraction(auctionId, bid.bidNumber, { reason: 'TypingError' });
  // Where the seller lets no bid be taken back, that is the end of it.
  if ((await stories.ask(by, wish)).kind !== 'accepted') return;
  const decision = isGranted
    ? wishes.grantRetraction(auctionId, bid.bidNumber)
    : wishes.refuseRetraction(auctionId, bid.bidNumber, {
        reason: 'The amount is one that the bidder has bid before.',
      });
  await stories.ask(staff[0], decision, ANSWERED_MS);
}

/** One of the staff would void a bid; another does, or leaves it to somebody else. */
async function voided(parts: MeanwhileParts, seen: Seen, isConfirmed: boolean): Promise<void> {
  const { stories, staff } = parts;
  const bid = await beaten(parts, seen);
  if (bid === null) return;
  const reason = { reason: 'The bidder has asked for it in writing.' };
  const proposed = await stories.ask(staff[0], wishes.proposeVoiding(seen.auctionId, bid.bidNumber, reason));
  if (proposed.kind === 'accepted' && isConfirmed)
    await stories.ask(staff[1], wishes.voidBid(seen.auctionId, bid.bidNumber), ANSWERED_MS);
}
