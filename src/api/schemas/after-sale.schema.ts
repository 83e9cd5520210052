// What is asked after the hammer: bodies, and the second chances that a bidder is shown.
import { z } from 'zod';
import { amount, amountIn, currency, idIn, judgedText, pageOf, time, uuid } from './values.schema.js';

const commandId = idIn.command.optional();
const channel = z.enum(['online', 'point-of-sale']).meta({ description: 'By a payment service, or at a till.' });
const reference = judgedText.meta({
  description:
    'The name it has at the till, the payment service or the bank. The same one is counted once: of payments in the house and channel, of all else in the auction.',
});
const paymentTotal = amountIn.nullable().default(null).meta({
  description:
    'How large the whole payment is, where it pays several sales: each of them names the same. Its parts may together be no more.',
});

export const paymentBody = z
  .strictObject({ commandId, channel, reference, amount: amountIn, paymentTotal, currency })
  .meta({
    id: 'RecordPayment',
    description: 'A payment that has come in, or its part for this sale: exactly the amount due.',
  });

export const failedPaymentBody = z
  .strictObject({ commandId, channel, reference, reason: z.enum(['Declined', 'Abandoned', 'TechnicalError']) })
  .meta({ id: 'RecordPaymentFailure' });

export const refundBody = z
  .strictObject({ commandId, reference, reason: z.enum(['Returned', 'Chargeback', 'SaleCancelled']) })
  .meta({ id: 'RefundPayment', description: 'The whole invoice is given back.' });

export const referenceBody = z.strictObject({ commandId, reference }).meta({ id: 'CommandWithReference' });

export const secondChanceBody = z
  .strictObject({ commandId, bidderId: idIn.user, durationMs: z.int() })
  .meta({ id: 'OfferSecondChance', description: 'The price is not named: it is the bidder’s own last bid.' });

const ordinalIn = (problem: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, problem)
    .transform(Number);

/** The place of a transaction or an offer in its auction, in an address. */
export const transactionNumberIn = ordinalIn('must be the number of a transaction');
export const offerNumberIn = ordinalIn('must be the number of an offer');

export const ownOfferView = z
  .object({
    auctionId: uuid,
    offerNumber: z.int(),
    sellerId: uuid,
    title: z.string(),
    cause: z.enum(['WinnerDidNotPay', 'ReserveNotMet']),
    status: z.enum(['pending', 'accepted', 'declined', 'expired']),
    currency,
    offeredPrice: amount.meta({ description: 'Your own last bid. Nobody else is shown it unless you accept.' }),
    offeredAt: time,
    expiresAt: time,
    answeredAt: time.nullable(),
  })
  .meta({ id: 'OwnSecondChance' });

export const ownOfferPage = pageOf(ownOfferView).meta({ id: 'OwnSecondChancePage' });

export type PaymentBody = z.output<typeof paymentBody>;
export type FailedPaymentBody = z.output<typeof failedPaymentBody>;
export type RefundBody = z.output<typeof refundBody>;
export type ReferenceBody = z.output<typeof referenceBody>;
export type SecondChanceBody = z.output<typeof secondChanceBody>;
export type OwnOfferView = z.output<typeof ownOfferView>;
