// What a clerk's commands in a hall take beside their address.
import { z } from 'zod';
import { bodyOf } from './body.js';
import { inGraphQL } from './graphql-names.js';
import { amountIn, currency } from './values.schema.js';

export const HALL_CHANNELS = ['floor', 'phone', 'absentee'] as const;

export const openLotBody = bodyOf('OpenLot', {
  askingPrice: amountIn.nullable().default(null).meta({ description: 'The starting price unless given.' }),
});

export const askPriceBody = bodyOf('AskPrice', { askingPrice: amountIn });

export const takeBidBody = bodyOf('TakeBid', {
  paddle: z.int().min(1).meta({ description: 'The number under which the bidder bids in this sale.' }),
  amount: amountIn,
  currency,
  channel: z.enum(HALL_CHANNELS).register(inGraphQL, { name: 'HallChannel' }).meta({
    description:
      '`absentee` leaves a commission, a secret maximum, until the lot is opened; the others are calls, from then on.',
  }),
});

const leadingBid = z.int().min(1);

export const leadingBidBody = bodyOf('LeadingBid', {
  leadingBid: leadingBid.meta({
    description: 'The number of the bid that you see leading. Refused if another one leads.',
  }),
});

export const passLotBody = bodyOf('PassLot', {
  leadingBid: leadingBid.nullable().default(null).meta({ description: 'The bid that you see leading; null for none.' }),
});
