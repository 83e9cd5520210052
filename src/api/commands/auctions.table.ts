// What people ask of auctions.
import { z } from 'zod';
import { STAFF } from '../auth/access.js';
import { ACCEPTED } from '../schemas/accepted.js';
import {
  bareBody,
  type ListAuctionBody,
  listAuctionBody,
  placeBidBody,
  reasonBody,
  relistAuctionBody,
} from '../schemas/commands.schema.js';
import { idIn } from '../schemas/values.schema.js';
import { type Asking, command } from './description.js';
import { listingOf, relistingOf } from './listing.js';

const listing = (fields: ListAuctionBody, { commandId, caller, house }: Asking) =>
  listingOf(fields, commandId, caller.userId, house);

export const AUCTION_COMMANDS = [
  command('ListAuction', {
    route: 'POST /auctions',
    summary: 'List an auction of your own.',
    description:
      'Increments, soft close, tax rate and payment term are the house’s unless given, where it lets sellers give them; fees always are.',
    access: ['seller'],
    body: listAuctionBody,
    accepted: ACCEPTED.listing,
    acceptedStatus: 201,
    command: listing,
    // The key of a message is the auction's id, so it is the producer who makes it.
    message: { takes: { ...listAuctionBody.fields, auctionId: idIn.auction }, command: listing },
  }),
  command('PlaceBid', {
    route: 'POST /auctions/:auctionId/bids',
    summary: 'Bid.',
    description:
      'The amount is your secret maximum; you pay no more than it takes to beat the others. In a sealed auction it is your ' +
      'bid, which takes the place of the one before.',
    access: ['bidder'],
    body: placeBidBody,
    accepted: ACCEPTED.bid,
    acceptedStatus: 201,
    command: (fields, { caller }) => ({ ...fields, bidderId: caller.userId, channel: 'online' as const }),
    message: {
      access: ['bidder', ...STAFF],
      takes: {
        ...placeBidBody.fields,
        channel: z
          .enum(['online', 'absentee', 'floor', 'phone'])
          .default('online')
          .meta({ description: 'Channels other than online are an operator’s, for a hall.' }),
        bidderId: idIn.user
          .optional()
          .meta({ description: 'Whom the house bids for; the token’s own person unless given.' }),
      },
      command: ({ bidderId, ...fields }, { caller }) => ({ ...fields, bidderId: bidderId ?? caller.userId }),
    },
  }),
  command('BuyNow', {
    route: 'POST /auctions/:auctionId/buy-now',
    summary: 'Buy at once.',
    access: ['bidder'],
    body: bareBody,
    accepted: ACCEPTED.purchase,
    acceptedStatus: 201,
    command: (fields, { caller }) => ({ ...fields, bidderId: caller.userId }),
    message: {},
  }),
  command('RelistAuction', {
    route: 'POST /auctions/:auctionId/relisting',
    summary: 'Put an item of your own up again that was not sold, or whose sale came to nothing.',
    description:
      'A sale comes to nothing when it is overdue (the unpaid sale lapses) or refunded; not while a second chance is on offer. Once, within 60 days, and at most eight times in a row. The item stays as it was described.',
    access: ['seller'],
    body: relistAuctionBody,
    accepted: ACCEPTED.relisting,
    acceptedStatus: 201,
    command: ({ auctionId, ...fields }, { commandId, caller, house }) =>
      relistingOf(fields, commandId, { auctionId, sellerId: caller.userId, house }),
  }),
  command('CancelAuction', {
    route: 'POST /auctions/:auctionId/cancellation',
    summary: 'Pull an auction before it has a bid.',
    access: ['seller', ...STAFF],
    body: reasonBody,
    input: 'AuctionReasonInput',
    accepted: ACCEPTED.auction,
    command: (fields) => fields,
    message: {},
  }),
  command('WithdrawAuction', {
    route: 'POST /auctions/:auctionId/withdrawal',
    summary: 'Pull an auction that has bids.',
    access: ['admin'],
    body: reasonBody,
    input: 'AuctionReasonInput',
    accepted: ACCEPTED.auction,
    command: (fields) => fields,
    message: {},
  }),
];
