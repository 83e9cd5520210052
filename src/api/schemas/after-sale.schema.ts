// What is asked after the hammer: bodies, and the second chances that a bidder is shown.
import { z } from 'zod';
import { DISPUTE_STATUSES } from '../../domain/auction/after-sale.events.js';
import { bodyOf } from './body.js';
import { inGraphQL } from './graphql-names.js';
import { amount, amountIn, currency, idIn, judgedText, millisecondsIn, pageOf, time, uuid } from './values.schema.js';

const channel = z
  .enum(['online', 'point-of-sale'])
  .register(inGraphQL, { name: 'PaymentChannel' })
  .meta({ description: 'By a payment service, or at a till.' });
const reference = judgedText.meta({
  description:
    'The name it has at the till, the payment service or the bank. The same one is counted once: of payments in the house and channel, of all else in the auction.',
});
const paymentTotal = amountIn.nullable().default(null).meta({
  description:
    'How large the whole payment is, where it pays several sales: each of them names the same. Its parts may together be no more.',
});

export const paymentBody = bodyOf(
  'RecordPayment',
  { channel, reference, amount: amountIn, paymentTotal, currency },
  'A payment that has come in, or its part for this sale: exactly the amount due.',
);

export const failedPaymentBody = bodyOf('RecordPaymentFailure', {
  channel,
  reference,
  reason: z.enum(['Declined', 'Abandoned', 'TechnicalError']).register(inGraphQL, { name: 'PaymentFailureReason' }),
});

export const refundBody = bodyOf(
  'RefundPayment',
  {
    reference,
    amount: amountIn
      .nullable()
      .default(null)
      .meta({ description: 'A part of what is left of the payment; null for all of it.' }),
    reason: z.enum(['Returned', 'Chargeback', 'SaleCancelled']).register(inGraphQL, { name: 'RefundReason' }),
  },
  'All that is left is given back, unless an amount is named.',
);

export const disputeBody = bodyOf('RecordDispute', {
  reference,
  amount: amountIn,
  status: z.enum(DISPUTE_STATUSES).register(inGraphQL, { name: 'DisputeStatus' }),
});

export const referenceBody = bodyOf('CommandWithReference', { reference });

export const secondChanceBody = bodyOf(
  'OfferSecondChance',
  { bidderId: idIn.user, durationMs: millisecondsIn },
  'The price is not named: it is the bidder’s own last bid.',
);

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

export type OwnOfferView = z.output<typeof ownOfferView>;
