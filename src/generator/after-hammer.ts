// What becomes of an auction once it is over: the buyer pays or does not, the seller is paid out, the thing comes back, somebody else gets
// a second chance, and both say how it was.
import { z } from 'zod';
import type { Person } from './people.js';
import type { Random } from './random.js';
import type { Stories } from './story.js';
import * as wishes from './wishes.js';

/** In turn, so that some of each are soon there. Most people pay. */
export const FATES = [
  'pays',
  'defaults',
  'pays',
  'returns',
  'pays late',
  'owes',
  'pays',
  'declines',
  'pays',
  'returns late',
] as const;
export type Fate = (typeof FATES)[number];

export type AfterParts = Readonly<{
  stories: Stories;
  people: readonly Person[];
  /** Who handles money. */
  till: Person;
  random: Random;
  /** Whether the seller is paid out by a payout run of the house's instead of at once. */
  paidOutTogether: boolean;
}>;

export type Ended = Readonly<{ auctionId: string; seller: Person; closesAtMs: number; fate: Fate }>;

const auctionSeen = z.object({
  auction: z
    .object({
      status: z.string(),
      closesAt: z.iso.datetime().transform(Date.parse),
      bidCount: z.int(),
      leaderId: z.string().nullable(),
      minimumNextBid: z.string().transform(BigInt),
      currency: z.string(),
    })
    .nullable(),
});
const dealsSeen = z.object({
  myTransactions: z.object({
    rows: z.array(
      z.object({ auctionId: z.string(), transactionNumber: z.int(), amountDue: z.string(), currency: z.string() }),
    ),
  }),
});
const bidsSeen = z.object({ bids: z.object({ rows: z.array(z.object({ bidderId: z.string() })) }) });
const relisting = z.object({ relistedAs: z.string() });

const AUCTION = 'query($id: ID!) { auction(id: $id) { status closesAt bidCount leaderId minimumNextBid currency } }';
const DEALS =
  'query { myTransactions(side: BUYER, limit: 200) { rows { auctionId transactionNumber amountDue currency } } }';
const BIDS = 'query($id: ID!) { bids(auctionId: $id, limit: 200) { rows { bidderId } } }';

const PRAISE = [
  'Just as described, and quickly here.',
  'A pleasure. Well packed, thank you.',
  'Even better than in the picture.',
];
const DOUBT = ['Good, but it took a while to arrive.', 'A scratch that the description does not tell of.'];
const THANKS = ['Paid within minutes. Thank you.', 'A good buyer; come again.'];
const REPLIES = ['Thank you for the kind words.', 'Sorry for the wait: the carrier was on strike.'];

/** People take so long from one step to the next, in ms. */
const SOON = [1_000, 4_000] as const;
const OFFER_MS = 86_400_000;
const RELISTED_MS = 90_000;

type Deal = Readonly<{ auctionId: string; transactionNumber: number; amountDue: string; currency: string }>;

export class AfterHammer {
  constructor(private readonly parts: AfterParts) {}

  /** Waits for the close, which late bids may move, and lets happen what follows. */
  async follow(ended: Ended): Promise<void> {
    const { status, bidCount, leaderId } = await this.close(ended);
    if (status === 'SOLD') return this.sold(ended, leaderId);
    if (status !== 'PASSED') return;
    if (bidCount === 0 || !(await this.offered(ended, null, 'accepts'))) await this.relist(ended);
  }

  private async close({ auctionId, closesAtMs }: Ended) {
    const { stories, till } = this.parts;
    for (let dueAt = closesAtMs; ; ) {
      const asked = wishes.ask(AUCTION, { id: auctionId });
      const { auction } = auctionSeen.parse(await stories.must(till, asked, dueAt - stories.now + SOON[0]));
      if (auction === null || (auction.status !== 'OPEN' && auction.status !== 'UPCOMING'))
        return auction ?? { status: 'gone', bidCount: 0, leaderId: null };
      dueAt = Math.max(auction.closesAt, stories.now);
    }
  }

  private async sold(ended: Ended, buyerId: string | null): Promise<void> {
    const { stories, till } = this.parts;
    const deal = await this.dealOf(ended.auctionId, buyerId);
    if (deal === null) return;
    switch (ended.fate) {
      case 'owes':
        return;
      case 'pays':
        return this.paid(ended, deal);
      case 'pays late':
        await this.fail(deal, 'Declined');
        return this.paid(ended, deal, DOUBT);
      case 'returns':
        await this.pay(deal);
        await stories.must(till, wishes.refundPayment(deal, this.reference('refund', 'Returned')), this.soon());
        return this.relist(ended);
      case 'returns late':
        await this.pay(deal);
        if (this.parts.paidOutTogether) return;
        await this.settle(deal);
        await stories.must(till, wishes.recordPayoutReturn(deal, this.reference('return')), this.soon());
        await stories.must(till, wishes.refundPayment(deal, this.reference('refund', 'Returned')), this.soon());
        return;
      case 'defaults':
      case 'declines':
        await this.fail(deal, 'Abandoned');
        await stories.must(till, wishes.declareOverdue(deal, {}), this.soon());
        if (!(await this.offered(ended, buyerId, ended.fate === 'defaults' ? 'accepts' : 'declines')))
          await this.relist(ended);
    }
  }

  /** Money in and out, and a word of each. */
  private async paid(ended: Ended, deal: Deal, words = PRAISE): Promise<void> {
    await this.pay(deal);
    if (!this.parts.paidOutTogether) {
      await this.settle(deal);
      await this.talk(ended, deal, words);
    }
  }

  /** Feedback of both, once the seller has the money. */
  private async talk({ auctionId, seller }: Ended, deal: Deal, words: readonly string[]): Promise<void> {
    const { stories, random, people } = this.parts;
    const buyer = people.find(({ userId }) => userId === this.buyers.get(auctionId));
    if (buyer === undefined) return;
    const rating = words === PRAISE ? 'positive' : random.pick(['neutral', 'negative']);
    await stories.must(buyer, wishes.giveFeedback(deal, { rating, text: random.pick(words) }), this.soon());
    const thanks = { rating: 'positive', text: random.pick(THANKS) };
    await stories.must(seller, wishes.giveFeedback(deal, thanks), this.soon());
    const reply = { text: REPLIES[rating === 'positive' ? 0 : 1] };
    await stories.must(seller, wishes.replyToFeedback(deal, 'buyer', reply), this.soon());
  }

  private pay(deal: Deal): Promise<unknown> {
    const { amountDue: amount, currency } = deal;
    const body = { channel: 'online', ...this.reference('payment'), amount, currency };
    return this.parts.stories.must(this.parts.till, wishes.recordPayment(deal, body), this.soon());
  }

  private fail(deal: Deal, reason: string): Promise<unknown> {
    const body = { channel: 'online', ...this.reference('payment', reason) };
    return this.parts.stories.must(this.parts.till, wishes.recordPaymentFailure(deal, body), this.soon());
  }

  private settle(deal: Deal): Promise<unknown> {
    return this.parts.stories.must(
      this.parts.till,
      wishes.settleTransaction(deal, this.reference('payout')),
      this.soon(),
    );
  }

  /** The next under-bidder is offered the thing and answers. False where there is none, or the answer was no. */
  private async offered(ended: Ended, winnerId: string | null, answer: 'accepts' | 'declines'): Promise<boolean> {
    const { stories, people } = this.parts;
    const { auctionId, seller } = ended;
    const { bids } = bidsSeen.parse(await stories.must(seller, wishes.ask(BIDS, { id: auctionId })));
    const bidderId = bids.rows.map((bid) => bid.bidderId).find((id) => id !== winnerId);
    const bidder = people.find(({ userId }) => userId === bidderId);
    if (bidder === undefined) return false;
    const offer = { bidderId: bidder.userId, durationMs: OFFER_MS };
    const made = await stories.ask(seller, wishes.offerSecondChance(auctionId, offer), this.soon());
    if (made.kind !== 'accepted') return false;
    await stories.must(bidder, wishes.answerSecondChance(auctionId, 1, answer === 'accepts'), this.soon());
    if (answer === 'declines') return false;
    const deal = await this.dealOf(auctionId, bidder.userId);
    if (deal !== null) await this.paid(ended, deal);
    return true;
  }

  /** The thing is up again for a minute, and somebody takes it. */
  private async relist({ auctionId, seller }: Ended): Promise<void> {
    const { stories, random, people } = this.parts;
    const again = wishes.relistAuction(auctionId, { durationMs: RELISTED_MS });
    const { relistedAs } = relisting.parse(await stories.must(seller, again, this.soon()));
    const by = random.pick(people.filter((person) => person !== seller));
    const asked = { by, document: AUCTION, variables: { id: relistedAs } };
    const open = await stories.until(asked, (told) => auctionSeen.parse(told).auction, { afterMs: RELISTED_MS / 3 });
    if (open === null) return;
    const { minimumNextBid: amount, currency } = open;
    await stories.ask(by, { kind: 'bid', auctionId: relistedAs, amount, currency });
  }

  /** Who bought what, for the feedback. */
  private readonly buyers = new Map<string, string>();

  private async dealOf(auctionId: string, buyerId: string | null): Promise<Deal | null> {
    const { stories, people } = this.parts;
    const by = people.find(({ userId }) => userId === buyerId);
    if (by === undefined) return null;
    this.buyers.set(auctionId, by.userId);
    return stories.until({ by, document: DEALS, variables: {} }, (told) => {
      const { rows } = dealsSeen.parse(told).myTransactions;
      return rows.find((deal) => deal.auctionId === auctionId) ?? null;
    });
  }

  private reference(kind: string, reason?: string) {
    const reference = `${kind} ${this.parts.random.whole(1e8, 1e9)}${this.parts.random.whole(1e8, 1e9)}`;
    return { reference, ...(reason !== undefined && { reason }) };
  }

  private soon(): number {
    return this.parts.random.whole(...SOON);
  }
}
