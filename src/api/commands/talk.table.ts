// Questions to sellers, and feedback between buyers and sellers.
import { STAFF } from '../auth/access.js';
import { ACCEPTED } from '../schemas/accepted.js';
import { reasonBody } from '../schemas/commands.schema.js';
import { feedbackBody, talkBody } from '../schemas/talk.schema.js';
import { command } from './description.js';

const question = 'POST /auctions/:auctionId/questions';
const feedback = 'POST /auctions/:auctionId/transactions/:transactionNumber/feedback';

export const TALK_COMMANDS = [
  command('AskQuestion', {
    route: question,
    summary: 'Ask the seller about a lot.',
    description:
      'The seller, you and staff see it; once it is answered, everybody does. One a minute, and five about one lot.',
    access: 'anyone',
    body: talkBody,
    accepted: ACCEPTED.auction,
    acceptedStatus: 201,
    command: (fields, { caller }) => ({ ...fields, askerId: caller.userId }),
  }),
  command('AnswerQuestion', {
    route: `${question}/:questionNumber/answer`,
    summary: 'Answer a question about a lot of yours. Question and answer are for everybody from then on.',
    access: ['seller'],
    body: talkBody,
    accepted: ACCEPTED.auction,
    acceptedStatus: 201,
    command: (fields) => fields,
  }),
  command('HideQuestion', {
    route: `${question}/:questionNumber/hiding`,
    summary: 'Take a question and its answer out of sight.',
    access: STAFF,
    body: reasonBody,
    accepted: ACCEPTED.auction,
    command: (fields) => fields,
  }),
  command('GiveFeedback', {
    route: feedback,
    summary: 'Say how a sale went, as its buyer or seller.',
    description: 'Once the seller was paid out, within 60 days. Sellers give positive feedback or none.',
    access: 'anyone',
    body: feedbackBody,
    accepted: ACCEPTED.auction,
    acceptedStatus: 201,
    command: (fields) => fields,
  }),
  command('ReplyToFeedback', {
    route: `${feedback}/:side/reply`,
    summary: 'Answer feedback about you, once.',
    access: 'anyone',
    body: talkBody,
    accepted: ACCEPTED.auction,
    acceptedStatus: 201,
    command: (fields) => fields,
  }),
  command('HideFeedback', {
    route: `${feedback}/:side/hiding`,
    summary: 'Take feedback out of sight. It counts in no rating any more.',
    access: STAFF,
    body: reasonBody,
    accepted: ACCEPTED.auction,
    command: (fields) => fields,
  }),
];
