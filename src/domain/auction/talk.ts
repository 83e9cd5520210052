// The talk about an auction: `decideTalk` judges what is asked of it, `afterTalk` applies what was said. It moves no price and no close.
import type { Facts } from '../actor.js';
import type { Decision } from '../decision.js';
import type { AuctionCommand } from './auction.commands.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { EndedAuction, LiveAuction } from './auction.state.js';
import { decideFeedback, withFeedback } from './feedback.js';
import { decideQuestion, withQuestion } from './questions.js';
import type { TalkCommand } from './talk.commands.js';
import type { TalkEvent } from './talk.events.js';
import type { Talk } from './talk.state.js';

const COMMANDS: Readonly<Record<TalkCommand['type'], true>> = {
  AskQuestion: true,
  AnswerQuestion: true,
  HideQuestion: true,
  GiveFeedback: true,
  ReplyToFeedback: true,
  HideFeedback: true,
};

/** True for what is asked of the talk about an auction. */
export const isTalkCommand = (command: AuctionCommand): command is TalkCommand => Object.hasOwn(COMMANDS, command.type);

/** Judges it. */
export function decideTalk(
  command: TalkCommand,
  auction: LiveAuction | EndedAuction,
  facts: Facts,
): Decision<AuctionEvent, AuctionRejection> {
  switch (command.type) {
    case 'AskQuestion':
    case 'AnswerQuestion':
    case 'HideQuestion':
      return decideQuestion(command, auction, facts);
    default:
      return decideFeedback(command, auction, facts);
  }
}

/** Applies a fact; never judges. Throws on a fact that cannot follow, which means a corrupt stream. */
export function afterTalk(talk: Talk, event: TalkEvent): Talk {
  switch (event.type) {
    case 'QuestionAsked': {
      if (event.questionNumber !== talk.questions.length + 1)
        throw new Error(`broken invariant: question ${event.questionNumber} after question ${talk.questions.length}`);
      const { askerId, askedAt } = event;
      return { ...talk, questions: [...talk.questions, { askerId, askedAt, isAnswered: false, isHidden: false }] };
    }
    case 'QuestionAnswered':
      return { ...talk, questions: withQuestion(talk.questions, event.questionNumber, { isAnswered: true }) };
    case 'QuestionHidden':
      return { ...talk, questions: withQuestion(talk.questions, event.questionNumber, { isHidden: true }) };
    case 'FeedbackGiven': {
      const { transactionNumber, side, aboutId } = event;
      const given = { transactionNumber, side, aboutId, isReplied: false, isHidden: false };
      return { ...talk, feedback: [...talk.feedback, given] };
    }
    case 'FeedbackReplied':
      return { ...talk, feedback: withFeedback(talk, event, { isReplied: true }) };
    case 'FeedbackHidden':
      return { ...talk, feedback: withFeedback(talk, event, { isHidden: true }) };
  }
}
