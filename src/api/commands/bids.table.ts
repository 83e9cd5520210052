// What is asked about bids that stand: to take them back, and to void them.
import { STAFF } from '../auth/access.js';
import { ACCEPTED } from '../schemas/accepted.js';
import { bareBody, reasonBody, retractionBody } from '../schemas/commands.schema.js';
import { command } from './description.js';

export const BID_COMMANDS = [
  command('RetractBid', {
    route: 'POST /auctions/:auctionId/bids/:bidNumber/retraction',
    summary: 'Take a bid of your own back, where the auction’s policy is `ebay`.',
    description:
      'Once an auction, and by eBay’s time rule. It moves the close as a bid does, if price or leader change.',
    access: ['bidder'],
    body: retractionBody,
    accepted: ACCEPTED.retraction,
    command: (fields, { caller }) => ({ ...fields, bidderId: caller.userId }),
    message: {},
  }),
  command('RequestRetraction', {
    route: 'POST /auctions/:auctionId/bids/:bidNumber/retraction-request',
    summary: 'Ask staff to let you take a bid of your own back.',
    description: 'It stands until they grant that. Each bid can be asked about once.',
    access: ['bidder'],
    body: retractionBody,
    input: 'RetractBidInput',
    accepted: ACCEPTED.auction,
    command: (fields, { caller }) => ({ ...fields, bidderId: caller.userId }),
    message: {},
  }),
  command('GrantRetraction', {
    route: 'POST /auctions/:auctionId/bids/:bidNumber/retraction-request/grant',
    summary: 'Let a bidder take a bid back who has asked for it.',
    access: STAFF,
    body: bareBody,
    input: 'BidInput',
    accepted: ACCEPTED.retraction,
    command: (fields) => fields,
    message: {},
  }),
  command('RefuseRetraction', {
    route: 'POST /auctions/:auctionId/bids/:bidNumber/retraction-request/refusal',
    summary: 'Refuse such a request. The bidder is told the reason.',
    access: STAFF,
    body: reasonBody,
    input: 'BidReasonInput',
    accepted: ACCEPTED.auction,
    command: (fields) => fields,
    message: {},
  }),
  command('ProposeVoiding', {
    route: 'POST /auctions/:auctionId/bids/:bidNumber/voiding-proposal',
    summary: 'Propose to take somebody’s bid out of the contest: the first of two words.',
    description: 'The bid counts until another of the staff confirms. The reason is told to the bidder then.',
    access: STAFF,
    body: reasonBody,
    input: 'BidReasonInput',
    accepted: ACCEPTED.auction,
    command: (fields) => fields,
    message: {},
  }),
  command('VoidBid', {
    route: 'POST /auctions/:auctionId/bids/:bidNumber/voiding',
    summary:
      'Take a bid out of the contest that another of the staff has proposed to void. The bidder is told the reason.',
    description:
      'The price is worked out from the bids that are left. It moves the close as a bid does, if price or leader change.',
    access: STAFF,
    body: bareBody,
    input: 'BidInput',
    accepted: ACCEPTED.auction,
    command: (fields) => ({ ...fields, reason: null }),
    message: {},
  }),
];
