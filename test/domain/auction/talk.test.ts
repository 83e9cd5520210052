// Questions and feedback: who may say what, and each limit in pairs, the last value refused and the first one taken.
import { describe, it } from '@jest/globals';
import { FEEDBACK_WITHIN_MS } from '../../../src/domain/auction/feedback.js';
import { QUESTION_EVERY_MS, QUESTIONS_OF_ONE_MAX, TALK_LIMITS } from '../../../src/domain/auction/questions.js';
import type { FeedbackRating, FeedbackSide } from '../../../src/domain/auction/talk.events.js';
import { instant, later } from '../../../src/domain/time.js';
import {
  admin,
  ann,
  ask,
  at,
  bob,
  cid,
  clock,
  close,
  given,
  listed,
  listedSealed,
  operator,
  person,
  place,
  played,
  sue,
} from '../../support/auction-story.js';

const [annHerself, bobHimself, seller] = [person(ann, 'bidder'), person(bob, 'bidder'), person(sue, 'seller')];
const question = (text = 'Does it strike?', askerId = ann) =>
  ({ type: 'AskQuestion', auctionId: clock, askerId, text }) as const;
const answer = (questionNumber = 1, text = 'It does.') =>
  ({ type: 'AnswerQuestion', auctionId: clock, questionNumber, text }) as const;
const hideQuestion = {
  type: 'HideQuestion',
  auctionId: clock,
  questionNumber: 1,
  reason: 'a telephone number',
} as const;
const asks = (time: string, text?: string) => ask(question(text), annHerself, time);
const QUIET = '09:00:00';
const asked = played(listed(), asks(QUIET));
const answered = played(listed(), asks(QUIET), ask(answer(), seller, '09:01:00'));

describe('a question', () => {
  const told = { type: 'QuestionAsked', questionNumber: 1, askerId: ann, text: 'Does it strike?', askedAt: at(QUIET) };
  it.each([
    ['an open auction', listed()],
    ['a sealed one', listedSealed()],
  ])('is taken in %s', (_, first) =>
    given(first)
      .when(asks(QUIET))
      .then(told as never),
  );
  it('is taken until just before the close', () =>
    given(listed())
      .when(asks('11:59:59.999'))
      .then({ ...told, askedAt: at('11:59:59.999') } as never));
  it('is refused at the close', () =>
    given(listed())
      .when(asks('12:00:00'))
      .thenRejected({ reason: 'BidAfterClose', closesAt: at('12:00:00') }));
  it('is refused after the end, of the seller, and in the name of somebody else', () => {
    given(...played(listed(), close('12:00:00')))
      .when(asks('12:30:00'))
      .thenRejected({ reason: 'AuctionNotOpen', status: 'passed' });
    given(listed())
      .when(ask(question('Hm?', sue), seller, QUIET))
      .thenRejected({ reason: 'SellerCannotAsk' });
    given(listed())
      .when(ask(question(), bobHimself, QUIET))
      .thenRejected({ reason: 'NotAllowed' });
  });
  it.each([
    ['AskerUnknown', { status: 'unknown' }],
    ['AskerSuspended', { status: 'suspended', revision: 3 }],
  ] as const)('is refused as %s', (reason, user) =>
    given(listed())
      .when(ask(question(), annHerself, QUIET, user))
      .thenRejected({ reason }),
  );
  it('is one a minute', () => {
    const until = later(at(QUIET), QUESTION_EVERY_MS);
    given(...asked)
      .when(asks('09:00:59.999'))
      .thenRejected({ reason: 'QuestionTooSoon', until });
    given(...asked)
      .when(asks('09:01:00'))
      .then({ ...told, questionNumber: 2, askedAt: at('09:01:00') } as never);
  });
  it('is one of five of one person', () => {
    const five = Array.from({ length: QUESTIONS_OF_ONE_MAX }, (_, i) => asks(`09:0${i}:00`));
    given(...played(listed(), ...five.slice(1)))
      .when(asks('09:30:00'))
      .then({ ...told, questionNumber: QUESTIONS_OF_ONE_MAX, askedAt: at('09:30:00') } as never);
    given(...played(listed(), ...five))
      .when(asks('09:30:00'))
      .thenRejected({ reason: 'TooManyQuestions' });
  });
  it('has at most 500 characters', () => {
    const text = 'x'.repeat(TALK_LIMITS.lengthMax);
    given(listed())
      .when(asks(QUIET, text))
      .then({ ...told, text } as never);
    given(listed())
      .when(asks(QUIET, `${text}x`))
      .thenRejected({ reason: 'InvalidTalk', field: 'text', problem: 'must have 1 to 500 characters' });
  });
});

describe('an answer', () => {
  it('is the seller’s, once', () => {
    given(...asked)
      .when(ask(answer(), seller, '09:01:00'))
      .then({
        type: 'QuestionAnswered',
        questionNumber: 1,
        askerId: ann,
        text: 'It does.',
        answeredAt: at('09:01:00'),
      } as never);
    given(...asked)
      .when(ask(answer(), bobHimself, '09:01:00'))
      .thenRejected({ reason: 'NotAllowed' });
    given(...asked)
      .when(ask(answer(2), seller, '09:01:00'))
      .thenRejected({ reason: 'QuestionUnknown' });
    given(...answered)
      .when(ask(answer(), seller, '09:02:00'))
      .thenRejected({ reason: 'QuestionAlreadyAnswered' });
  });
  it('is none to a question that staff have hidden', () => {
    const hidden = played(listed(), asks(QUIET), ask(hideQuestion, operator, '09:01:00'));
    given(...hidden)
      .when(ask(answer(), seller, '09:02:00'))
      .thenRejected({ reason: 'QuestionUnknown' });
    given(...hidden)
      .when(ask(hideQuestion, admin, '09:02:00'))
      .thenRejected({ reason: 'QuestionAlreadyHidden' });
    given(...asked)
      .when(ask(hideQuestion, seller, '09:02:00'))
      .thenRejected({ reason: 'NotAllowed' });
  });
  it('moves neither price nor close, and bids go on', () => {
    const before = played(listed(), place(bob, 100_00n));
    const after = played(listed(), place(bob, 100_00n), asks('09:30:00'), ask(answer(), seller, '09:31:00'));
    const bid = place(cid, 200_00n, '10:00:00');
    const [told] = played(listed(), place(bob, 100_00n), bid).slice(before.length);
    if (told === undefined) throw new Error('the bid was not taken');
    given(...after)
      .when(bid)
      .then(told);
  });
});

const number = { auctionId: clock, transactionNumber: 1 } as const;
const sale = [place(ann, 100_00n), close('12:00:00')];
const paid = (() => {
  const sold = played(listed(), ...sale);
  const invoice = sold.find((event) => event.type === 'InvoiceIssued');
  if (invoice?.type !== 'InvoiceIssued') throw new Error('there is no invoice');
  const payment = { channel: 'point-of-sale', reference: 'till-1', paymentTotal: null, currency: 'USD' } as const;
  return [
    ...sale,
    ask({ type: 'RecordPayment', ...number, ...payment, amount: invoice.amountDue }, operator, '13:00:00'),
  ];
})();
const settled = [...paid, ask({ type: 'SettleTransaction', ...number, reference: 'bank-1' }, operator, '14:00:00')];
const feedback = (rating: FeedbackRating, text = 'As described.') =>
  ({ type: 'GiveFeedback', ...number, rating, text }) as const;
const reply = (side: FeedbackSide) => ({ type: 'ReplyToFeedback', ...number, side, text: 'Thank you.' }) as const;
const hideFeedback = { type: 'HideFeedback', ...number, side: 'buyer', reason: 'it names a third person' } as const;
const buyers = ask(feedback('negative'), annHerself, '15:00:00');

describe('feedback', () => {
  const story = played(listed(), ...settled);
  const told = {
    type: 'FeedbackGiven',
    transactionNumber: 1,
    side: 'buyer',
    giverId: ann,
    aboutId: sue,
    rating: 'negative',
    text: 'As described.',
    givenAt: at('15:00:00'),
  } as const;
  it('is given by buyer and seller once the seller was paid out, one each way', () => {
    given(...played(listed(), ...paid))
      .when(buyers)
      .thenRejected({ reason: 'TransactionNotSettled' });
    given(...story)
      .when(buyers)
      .then(told);
    given(...played(listed(), ...settled, buyers))
      .when(buyers)
      .thenRejected({ reason: 'FeedbackAlreadyGiven' });
    given(...played(listed(), ...settled, buyers))
      .when(ask(feedback('positive'), seller, '15:00:00'))
      .then({ ...told, side: 'seller', giverId: sue, aboutId: ann, rating: 'positive' });
  });
  it('is nobody else’s, and on no other sale', () => {
    given(...story)
      .when(ask(feedback('positive'), bobHimself, '15:00:00'))
      .thenRejected({ reason: 'NotAllowed' });
    given(...story)
      .when(ask({ ...feedback('positive'), transactionNumber: 2 }, annHerself, '15:00:00'))
      .thenRejected({ reason: 'TransactionUnknown' });
    given(listed()).when(buyers).thenRejected({ reason: 'AuctionNotEnded' });
  });
  it.each(['neutral', 'negative'] as const)('of a seller is not %s', (rating) =>
    given(...story)
      .when(ask(feedback(rating), seller, '15:00:00'))
      .thenRejected({ reason: 'SellerFeedbackPositive' }),
  );
  it('is taken within 60 days of the settlement', () => {
    const until = later(at('14:00:00'), FEEDBACK_WITHIN_MS);
    const late = { ...buyers, facts: { ...buyers.facts, at: until } };
    const inTime = { ...buyers, facts: { ...buyers.facts, at: instant(until - 1) } };
    given(...story)
      .when(late)
      .thenRejected({ reason: 'FeedbackOver', until });
    given(...story)
      .when(inTime)
      .then({ ...told, givenAt: instant(until - 1) });
  });
  it('is answered once, by whom it is about', () => {
    const history = played(listed(), ...settled, buyers);
    given(...history)
      .when(ask(reply('buyer'), seller, '16:00:00'))
      .then({
        type: 'FeedbackReplied',
        transactionNumber: 1,
        side: 'buyer',
        text: 'Thank you.',
        repliedAt: at('16:00:00'),
      });
    given(...history)
      .when(ask(reply('buyer'), annHerself, '16:00:00'))
      .thenRejected({ reason: 'NotAllowed' });
    given(...history)
      .when(ask(reply('seller'), seller, '16:00:00'))
      .thenRejected({ reason: 'FeedbackUnknown' });
    given(...played(listed(), ...settled, buyers, ask(reply('buyer'), seller, '16:00:00')))
      .when(ask(reply('buyer'), seller, '16:01:00'))
      .thenRejected({ reason: 'FeedbackAlreadyReplied' });
  });
  it('is hidden by staff, but not by one of them whom it is about', () => {
    const history = played(listed(), ...settled, buyers);
    given(...history)
      .when(ask(hideFeedback, seller, '16:00:00'))
      .thenRejected({ reason: 'NotAllowed' });
    given(...history)
      .when(ask(hideFeedback, person(sue, 'admin'), '16:00:00'))
      .thenRejected({ reason: 'NotAllowed' });
    const hidden = played(listed(), ...settled, buyers, ask(hideFeedback, operator, '16:00:00'));
    given(...hidden)
      .when(ask(hideFeedback, admin, '16:01:00'))
      .thenRejected({ reason: 'FeedbackAlreadyHidden' });
    given(...hidden)
      .when(ask(reply('buyer'), seller, '16:01:00'))
      .thenRejected({ reason: 'FeedbackUnknown' });
  });
});
