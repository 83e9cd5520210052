// What a clerk says of the lots of a sale in a hall (docs/hall.md).
import { STAFF } from '../auth/access.js';
import { ACCEPTED } from '../schemas/accepted.js';
import { askPriceBody, leadingBidBody, openLotBody, passLotBody, takeBidBody } from '../schemas/hall.schema.js';
import { command } from './description.js';

const byAClerk = { access: STAFF, accepted: ACCEPTED.auction } as const;

export const HALL_COMMANDS = [
  command('OpenLot', {
    route: 'POST /auctions/:auctionId/hall/opening',
    summary: 'Open a lot of a sale in a hall.',
    description: 'Once the sale has begun. The highest commission at or above the asking price bids at once.',
    ...byAClerk,
    body: openLotBody,
    command: (fields) => fields,
  }),
  command('AskPrice', {
    route: 'PUT /auctions/:auctionId/hall/asking-price',
    summary: 'Ask another price for the lot.',
    description:
      'Any above the price that stands. The highest commission at or above it bids at once, unless it leads already.',
    ...byAClerk,
    body: askPriceBody,
    command: (fields) => fields,
  }),
  command('TakeBid', {
    route: 'POST /auctions/:auctionId/hall/bids',
    summary: 'Take a bid by paddle: from the floor, by telephone, or a commission.',
    description: 'It is the bid of whoever has the paddle, and at least the asking price. A commission may answer it.',
    access: STAFF,
    body: takeBidBody,
    accepted: ACCEPTED.bid,
    acceptedStatus: 201,
    command: (fields) => fields,
  }),
  command('GiveFairWarning', {
    route: 'POST /auctions/:auctionId/hall/fair-warning',
    summary: 'Give fair warning: the hammer is about to fall.',
    description: 'It holds until another bid leads or another price is asked.',
    ...byAClerk,
    body: leadingBidBody,
    input: 'LeadingBidInput',
    command: (fields) => fields,
  }),
  command('Hammer', {
    route: 'POST /auctions/:auctionId/hall/hammer',
    summary: 'Sell the lot to the bid that leads.',
    description: 'The reserve has to be reached. The buyer’s invoice follows.',
    ...byAClerk,
    body: leadingBidBody,
    input: 'LeadingBidInput',
    command: (fields) => fields,
  }),
  command('PassLot', {
    route: 'POST /auctions/:auctionId/hall/pass',
    summary: 'Pass a lot that nobody has bid for, or not up to the reserve.',
    ...byAClerk,
    body: passLotBody,
    command: (fields) => fields,
  }),
  command('UndoCall', {
    route: 'POST /auctions/:auctionId/hall/undo',
    summary: 'Take the last call back, and the commission’s answer to it, before the hammer.',
    ...byAClerk,
    body: leadingBidBody,
    input: 'LeadingBidInput',
    command: (fields) => fields,
  }),
];
