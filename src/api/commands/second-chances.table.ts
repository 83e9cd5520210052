// Second chances: offered by sellers and staff, answered by the under-bidder alone.
import { STAFF } from '../auth/access.js';
import { ACCEPTED } from '../schemas/accepted.js';
import { secondChanceBody } from '../schemas/after-sale.schema.js';
import { bareBody } from '../schemas/commands.schema.js';
import { command } from './description.js';

export const SECOND_CHANCE_COMMANDS = [
  command('OfferSecondChance', {
    route: 'POST /auctions/:auctionId/second-chances',
    summary: 'Offer the item to an under-bidder, at that bidder’s own last bid.',
    description: 'Within 60 days, if the winner did not pay or the reserve was not met.',
    access: ['seller', ...STAFF],
    body: secondChanceBody,
    accepted: ACCEPTED.auction,
    acceptedStatus: 201,
    command: (fields) => fields,
  }),
  command('AcceptSecondChance', {
    route: 'POST /auctions/:auctionId/second-chances/:offerNumber/acceptance',
    summary: 'Take a second chance that was offered to you: you buy.',
    access: ['bidder'],
    body: bareBody,
    input: 'SecondChanceAnswerInput',
    accepted: ACCEPTED.auction,
    acceptedStatus: 201,
    command: (fields, { caller }) => ({ ...fields, bidderId: caller.userId }),
  }),
  command('DeclineSecondChance', {
    route: 'POST /auctions/:auctionId/second-chances/:offerNumber/refusal',
    summary: 'Decline a second chance that was offered to you.',
    access: ['bidder'],
    body: bareBody,
    input: 'SecondChanceAnswerInput',
    accepted: ACCEPTED.auction,
    command: (fields, { caller }) => ({ ...fields, bidderId: caller.userId }),
  }),
];
