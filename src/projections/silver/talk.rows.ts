// Questions and feedback as rows. They are few, so each is written by itself, in the order of the journal.
import type { ClientBase } from 'pg';
import type { TalkEvent } from '../../domain/auction/talk.events.js';
import { isoTime } from '../../domain/time.js';
import { expectRows } from './rows-found.js';

export type TalkRow = Readonly<{ auctionId: string; event: TalkEvent }>;

const ASK = `
INSERT INTO questions (auction_id, question_number, asker_id, question, asked_at) VALUES ($1, $2, $3, $4, $5)`;
const ANSWER = `
UPDATE questions SET answer = $3, answered_at = $4 WHERE auction_id = $1 AND question_number = $2 AND answered_at IS NULL`;
const HIDE_QUESTION = `
UPDATE questions SET hide_reason = $3, hidden_by = $4, hidden_at = $5
WHERE auction_id = $1 AND question_number = $2 AND hidden_at IS NULL`;

const GIVE = `
INSERT INTO feedback (auction_id, transaction_number, side, giver_id, about_id, rating, feedback, given_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;
const REPLY = `
UPDATE feedback SET reply = $4, replied_at = $5
WHERE auction_id = $1 AND transaction_number = $2 AND side = $3 AND replied_at IS NULL`;
const HIDE_FEEDBACK = `
UPDATE feedback SET hide_reason = $4, hidden_by = $5, hidden_at = $6
WHERE auction_id = $1 AND transaction_number = $2 AND side = $3 AND hidden_at IS NULL`;

/** The statement that writes what was said, inside the caller's transaction. */
export async function writeTalk(client: ClientBase, { auctionId, event }: TalkRow): Promise<void> {
  const [text, values] = statementFor(event);
  const { rowCount } = await client.query(text, [auctionId, ...values]);
  expectRows('questions or feedback', rowCount, 1);
}

type Statement = readonly [text: string, values: readonly (string | number | null)[]];

function statementFor(event: TalkEvent): Statement {
  switch (event.type) {
    case 'QuestionAsked':
      return [ASK, [event.questionNumber, event.askerId, event.text, isoTime(event.askedAt)]];
    case 'QuestionAnswered':
      return [ANSWER, [event.questionNumber, event.text, isoTime(event.answeredAt)]];
    case 'QuestionHidden':
      return [HIDE_QUESTION, [event.questionNumber, event.reason, event.hiddenBy, isoTime(event.hiddenAt)]];
    case 'FeedbackGiven': {
      const { transactionNumber, side, giverId, aboutId, rating, text, givenAt } = event;
      return [GIVE, [transactionNumber, side, giverId, aboutId, rating, text, isoTime(givenAt)]];
    }
    case 'FeedbackReplied':
      return [REPLY, [event.transactionNumber, event.side, event.text, isoTime(event.repliedAt)]];
    case 'FeedbackHidden': {
      const { transactionNumber, side, reason, hiddenBy, hiddenAt } = event;
      return [HIDE_FEEDBACK, [transactionNumber, side, reason, hiddenBy, isoTime(hiddenAt)]];
    }
  }
}
