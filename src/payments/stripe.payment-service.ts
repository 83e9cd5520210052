// Stripe: hosted checkout, and signed notices (https://docs.stripe.com/webhooks). Whose payment it is stands in metadata that we gave.
import Stripe from 'stripe';
import type { DisputeStatus } from '../domain/auction/after-sale.events.js';
import { auctionId, isUuid, userId } from '../domain/ids.js';
import type { Currency } from '../domain/money.js';
import type { Instant } from '../domain/time.js';
import { nameUuid } from '../runtime/name-uuid.js';
import type { Checkout, CheckoutAnswer, PaymentNotice, PaymentService } from './payment-service.js';

export type StripeSettings = Readonly<{
  key: string;
  webhookSecret: string;
  /** Where people come back to. */
  house: URL;
  /** Of Stripe's API; another for tests. */
  api: URL;
}>;

/** Stripe's own advice: an older notice may be a replay. */
const TOLERANCE_S = 300;
/** The largest charge that Stripe takes, in minor units. */
const CHARGE_MAX = 99_999_999n;
/** Of currencies with thousandths Stripe takes amounts that end in zero. */
const TENTHS: readonly Currency[] = ['KWD'];

export class StripePaymentService implements PaymentService {
  readonly machineId = userId(nameUuid('machine', 'stripe'));
  private readonly stripe: Stripe;

  constructor(private readonly settings: StripeSettings) {
    const { hostname: host, port, protocol } = settings.api;
    const isPlain = protocol === 'http:';
    this.stripe = new Stripe(settings.key, {
      host,
      port: port === '' ? (isPlain ? 80 : 443) : Number(port),
      protocol: isPlain ? 'http' : 'https',
      telemetry: false,
      timeout: 10_000,
      maxNetworkRetries: 2,
    });
  }

  async checkout(asked: Checkout): Promise<CheckoutAnswer> {
    const { auctionId: auction, transactionNumber, buyerId, amount, currency, description } = asked;
    if (amount > CHARGE_MAX) return { status: 'refused', problem: 'the amount is more than can be paid online' };
    if (TENTHS.includes(currency) && amount % 10n !== 0n)
      return { status: 'refused', problem: 'the amount has a thousandth that cannot be paid online' };
    const metadata = { auctionId: auction, transactionNumber: `${transactionNumber}` };
    const name = `checkout ${auction} ${transactionNumber} ${buyerId} ${amount} ${currency}`;
    const session = await this.stripe.checkout.sessions.create(
      {
        mode: 'payment',
        client_reference_id: `${auction} ${transactionNumber}`,
        line_items: [
          {
            quantity: 1,
            price_data: {
              currency: currency.toLowerCase(),
              unit_amount: Number(amount),
              product_data: { name: description },
            },
          },
        ],
        metadata,
        payment_intent_data: { metadata },
        success_url: this.settings.house.href,
        cancel_url: this.settings.house.href,
      },
      // A key is remembered for as long as a page of checkout lives, a day: so there is one page to pay on, and not two.
      { idempotencyKey: nameUuid('stripe', name) },
    );
    if (session.url === null) throw new Error('Stripe opened a checkout without an address');
    return { status: 'open', url: session.url };
  }

  async read(body: Buffer, signature: string, now: Instant): Promise<readonly PaymentNotice[] | null> {
    const { webhookSecret } = this.settings;
    let event: Stripe.Event;
    try {
      event = this.stripe.webhooks.constructEvent(body, signature, webhookSecret, TOLERANCE_S, undefined, now);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) return null;
      throw error;
    }
    const { id } = event;
    return (await this.told(event)).map((told) => ({ id, ...told }));
  }

  /** Notices come late and out of order. So those of refunds and disputes only say what to look at: Stripe is asked how it stands now. */
  private async told(event: Stripe.Event): Promise<readonly Told[]> {
    switch (event.type) {
      // The second where the bank says yes later.
      case 'checkout.session.completed':
      case 'checkout.session.async_payment_succeeded':
        return [paidNotice(event.data.object)];
      case 'charge.refunded':
        return this.refundsOf(event.data.object);
      case 'refund.created':
      case 'refund.updated':
      case 'refund.failed':
        return [await this.refundNotice(await this.stripe.refunds.retrieve(event.data.object.id))];
      case 'charge.dispute.created':
      case 'charge.dispute.updated':
      case 'charge.dispute.closed':
        return [await this.disputeNotice(await this.stripe.disputes.retrieve(event.data.object.id))];
      default:
        return [];
    }
  }

  private async refundsOf({ id }: Stripe.Charge): Promise<readonly Told[]> {
    const refunds = await this.stripe.refunds.list({ charge: id, limit: 100 });
    return Promise.all(refunds.data.toReversed().map((refund) => this.refundNotice(refund)));
  }

  private async refundNotice({ id, status, amount, payment_intent: paid }: Stripe.Refund): Promise<Told> {
    const of = await this.transactionOf(paid);
    if (of === null) return { kind: 'other' };
    if (status === 'succeeded') return { kind: 'refunded', ...of, reference: id, amount: BigInt(amount) };
    const detail = `refund ${id} of ${amount} has failed; if the books show it, the buyer has still to get the money`;
    return status === 'failed' ? { kind: 'attention', detail } : { kind: 'other' };
  }

  private async disputeNotice({ id, status, amount, payment_intent: paid }: Stripe.Dispute): Promise<Told> {
    const of = await this.transactionOf(paid);
    if (of === null) return { kind: 'other' };
    return { kind: 'disputed', ...of, reference: id, amount: BigInt(amount), status: DISPUTES[status] ?? 'open' };
  }

  /** The transaction that a payment of ours is for; null for a payment of somebody else's making. */
  private async transactionOf(paid: string | Readonly<{ id: string }> | null) {
    const id = idOf(paid);
    return id === null ? null : transactionIn((await this.stripe.paymentIntents.retrieve(id)).metadata);
  }
}

/** What is not over is open; an inquiry that is closed has taken no money. */
const DISPUTES: Readonly<Record<string, DisputeStatus>> = {
  won: 'won',
  warning_closed: 'won',
  prevented: 'won',
  lost: 'lost',
};

type Told = PaymentNotice extends infer Notice ? (Notice extends PaymentNotice ? Omit<Notice, 'id'> : never) : never;

function paidNotice(session: Stripe.Checkout.Session): Told {
  const of = transactionIn(session.metadata);
  const reference = idOf(session.payment_intent);
  const { amount_total: amount, currency } = session;
  // Where the bank takes days, the session is complete before the money is there.
  if (of === null || session.payment_status !== 'paid' || reference === null || amount === null || currency === null)
    return { kind: 'other' };
  return { kind: 'paid', ...of, reference, amount: BigInt(amount), currency: currency.toUpperCase() };
}

function transactionIn(metadata: Stripe.Metadata | null) {
  const { auctionId: auction = '', transactionNumber = '' } = metadata ?? {};
  if (!isUuid(auction) || !/^[1-9]\d{0,5}$/.test(transactionNumber)) return null;
  return { auctionId: auctionId(auction), transactionNumber: Number(transactionNumber) };
}

const idOf = (named: string | Readonly<{ id: string }> | null): string | null =>
  typeof named === 'string' ? named : (named?.id ?? null);
