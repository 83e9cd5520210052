// Sees to it that a payment counts once in the house. Before an auction records a payment, the payment's own stream records
// that this sale counts it: expected revisions let one of many sales win, on any number of engines. After a crash between
// the two the sale holds its claim, and the same request, sent again, records the payment (docs/adr/0052).
import { hash } from 'node:crypto';
import type { ArrivedCommand } from '../bus/command-bus.js';
import type { RecordPayment } from '../domain/auction/after-sale.commands.js';
import type { PaymentChannel } from '../domain/auction/after-sale.events.js';
import type { AuctionRejection } from '../domain/auction/auction.rejections.js';
import { type PaymentId, paymentId } from '../domain/ids.js';
import { paymentStream, type StreamId } from '../domain/messages.js';
import { isPaymentEvent, type PaymentEvent } from '../domain/payment/payment.events.js';
import {
  claimPayment,
  evolvePayment,
  isGivenUp,
  type Payment,
  releaseShare,
  type Share,
} from '../domain/payment/payment.js';
import type { Instant } from '../domain/time.js';
import { type Journal, type NewEvent, NO_STREAM, type Revision, StreamCorrupt } from '../journal/journal.js';
import type { AggregateCache } from './aggregate-cache.js';

const PAGE_EVENTS = 4_096;
/** Each lost attempt means that another sale has won one, or that the journal did not answer. */
const ATTEMPTS_MAX = 10;

/** Null: not to be had now, because too many ask at once. */
export type ClaimAnswer = Readonly<{ status: 'held' } | { status: 'refused'; rejection: AuctionRejection }> | null;

/** A payment that arrived. */
export type PaymentAsked = ArrivedCommand & Readonly<{ command: RecordPayment }>;
type Kept = Readonly<{ payment: Payment | null; revision: Revision }>;

export class PaymentClaims {
  constructor(
    private readonly journal: Journal,
    private readonly auctions: AggregateCache,
  ) {}

  /** Claims a payment for the sale that the command names. Durable once it says `held`; rejects if the journal fails. */
  async claim(asked: PaymentAsked): Promise<ClaimAnswer> {
    const { command, arrivedAt } = asked;
    const streamId = paymentStream(paymentIdOf(command.channel, command.reference));
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const kept = await this.read(streamId);
      const claim = claimPayment(command, kept.payment, arrivedAt);
      if (claim.status === 'held') return claim;
      const events =
        claim.status === 'granted'
          ? [claim.event]
          : await this.releases(claim.others, command.reference, kept.payment, arrivedAt);
      if (claim.status === 'refused' && events.length === 0) return { status: 'refused', rejection: claim.rejection };
      // Whatever became of it, the next look tells.
      await this.append(streamId, kept.revision, events, asked);
    }
    return null;
  }

  private async read(streamId: StreamId): Promise<Kept> {
    let payment: Payment | null = null;
    let revision = NO_STREAM;
    for (;;) {
      const page = await this.journal.readStream(streamId, revision + 1, PAGE_EVENTS);
      for (const entry of page) {
        if (entry.kind !== 'event') throw new StreamCorrupt(streamId, entry.revision, entry.problem);
        if (!isPaymentEvent(entry.event)) throw new StreamCorrupt(streamId, entry.revision, 'this is not of a payment');
        payment = evolvePayment(payment, entry.event);
        revision = entry.revision;
      }
      if (page.length < PAGE_EVENTS) return { payment, revision };
    }
  }

  /** Releases the parts of those sales that can never record the payment, as far as their own streams are durable. */
  private async releases(
    others: readonly Share[],
    reference: string,
    payment: Payment | null,
    at: Instant,
  ): Promise<readonly PaymentEvent[]> {
    const released: PaymentEvent[] = [];
    let left = payment;
    for (const share of others) {
      const { state } = await this.auctions.read({ auctionId: share.auctionId });
      if (left === null || state.kind !== 'auction' || !isGivenUp(share, reference, state.auction)) continue;
      const event = releaseShare(share, left, at);
      released.push(event);
      left = evolvePayment(left, event);
    }
    return released;
  }

  private async append(
    streamId: StreamId,
    expected: Revision,
    events: readonly PaymentEvent[],
    { actor, arrivedAt, commandId, correlationId }: PaymentAsked,
  ): Promise<void> {
    // The command's answer is in its auction's stream, so this is caused by the command and does not answer it.
    const actorId = actor.kind === 'user' ? actor.userId : null;
    const meta = { commandId: null, actorId, fingerprint: null, correlationId, causationId: commandId };
    const appended = events.map((event): NewEvent => ({ event, occurredAt: arrivedAt, meta }));
    await this.journal.append([{ streamId, expected, events: appended, restsOn: [] }]);
  }
}

/** The payment of this reference in this channel: a UUID version 8 made of both. */
export function paymentIdOf(channel: PaymentChannel, reference: string): PaymentId {
  const digest = hash('sha256', `payment ${channel} ${reference.normalize('NFC')}`, 'hex');
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(15), 16) & 3);
  return paymentId(
    `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(12, 15)}-${variant}${digest.slice(16, 19)}-${digest.slice(20, 32)}`,
  );
}
