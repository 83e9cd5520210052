// Sentences about what people say of an auction.
import type { TalkEvent } from '../../domain/auction/talk.events.js';
import type { Telling } from './telling.js';

/** One sentence, without its time. */
export function talkSentenceOf(event: TalkEvent, { nameOf }: Telling): string {
  switch (event.type) {
    case 'QuestionAsked':
      return `${nameOf(event.askerId)} asks question ${event.questionNumber}: ${quoted(event.text)}`;
    case 'QuestionAnswered':
      return `the seller answers question ${event.questionNumber}: ${quoted(event.text)}`;
    case 'QuestionHidden':
      return `staff hide question ${event.questionNumber}: ${event.reason}`;
    case 'FeedbackGiven':
      return `${nameOf(event.giverId)} gives ${event.rating} feedback on ${nameOf(event.aboutId)}: ${quoted(event.text)}`;
    case 'FeedbackReplied':
      return `the feedback of the ${event.side} is answered: ${quoted(event.text)}`;
    case 'FeedbackHidden':
      return `staff hide the feedback of the ${event.side}: ${event.reason}`;
  }
}

const quoted = (text: string): string => JSON.stringify(text);
