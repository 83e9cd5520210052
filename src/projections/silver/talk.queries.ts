// What is asked of questions and feedback. Who asks decides what is shown: hidden ones are for staff and who wrote them, questions
// without an answer for the asker, the seller and staff.
import type { Pool } from 'pg';
import type { FeedbackRating, FeedbackSide } from '../../domain/auction/talk.events.js';
import type { AuctionId, UserId } from '../../domain/ids.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { ownTypes } from '../pg-types.js';
import { type Cursor, cursorOf, keyIn, type Page, pageOf } from './cursor.js';

type PageRequest = Readonly<{ after: Cursor | null; limit: number }>;
/** Null for somebody without a name. */
type Asker = Readonly<{ userId: UserId | null; isStaff: boolean }>;

export type QuestionRow = Readonly<{
  auctionId: AuctionId;
  title: string;
  questionNumber: number;
  askerId: UserId;
  question: string;
  askedAt: Instant;
  answer: string | null;
  answeredAt: Instant | null;
  hideReason: string | null;
}>;

export type FeedbackRow = Readonly<{
  auctionId: AuctionId;
  transactionNumber: number;
  side: FeedbackSide;
  title: string;
  giverId: UserId;
  aboutId: UserId;
  rating: FeedbackRating;
  feedback: string;
  givenAt: Instant;
  reply: string | null;
  repliedAt: Instant | null;
  hideReason: string | null;
}>;

/** Of the last twelve months, hidden ones left out. */
export type FeedbackCounts = Readonly<{ positive: number; neutral: number; negative: number }>;

/** A settled sale that the person has given no feedback on yet. */
export type FeedbackDueRow = Readonly<{
  auctionId: AuctionId;
  transactionNumber: number;
  side: FeedbackSide;
  title: string;
  aboutId: UserId;
  settledAt: Instant;
}>;

const QUESTION = `q.auction_id AS "auctionId", l.title, q.question_number AS "questionNumber", q.asker_id AS "askerId", q.question,
  q.asked_at AS "askedAt", q.answer, q.answered_at AS "answeredAt", q.hide_reason AS "hideReason"`;
const QUESTIONS = `
SELECT ${QUESTION} FROM silver_private.questions q JOIN silver_private.listings l USING (auction_id)
WHERE q.auction_id = $1 AND ($2::integer IS NULL OR q.question_number > $2)
  AND ($5 OR q.asker_id = $4 OR (q.hidden_at IS NULL AND (q.answered_at IS NOT NULL OR l.seller_id = $4)))
ORDER BY q.question_number LIMIT $3`;
const TO_ANSWER = `
SELECT ${QUESTION} FROM silver_private.questions q
JOIN silver_private.listings l USING (auction_id)
JOIN silver_private.standings s USING (auction_id)
WHERE l.seller_id = $1 AND s.status = 'open' AND q.answered_at IS NULL AND q.hidden_at IS NULL
ORDER BY q.asked_at, q.auction_id, q.question_number LIMIT $2`;

const FEEDBACK = `
SELECT f.auction_id AS "auctionId", f.transaction_number AS "transactionNumber", f.side, l.title, f.giver_id AS "giverId",
  f.about_id AS "aboutId", f.rating, f.feedback, f.given_at AS "givenAt", f.reply, f.replied_at AS "repliedAt",
  f.hide_reason AS "hideReason"
FROM silver_private.feedback f JOIN silver_private.listings l USING (auction_id)
WHERE f.about_id = $1 AND (f.hidden_at IS NULL OR $5 OR f.giver_id = $4)
  AND ($2::timestamptz IS NULL OR (f.given_at, f.auction_id, f.transaction_number) < ($2, $3::uuid, $7::integer))
ORDER BY f.given_at DESC, f.auction_id DESC, f.transaction_number DESC LIMIT $6`;
const COUNTS = `
SELECT count(*) FILTER (WHERE rating = 'positive')::integer AS positive,
  count(*) FILTER (WHERE rating = 'neutral')::integer AS neutral,
  count(*) FILTER (WHERE rating = 'negative')::integer AS negative
FROM silver_private.feedback WHERE about_id = $1 AND hidden_at IS NULL AND given_at > $2::timestamptz - interval '12 months'`;
const DUE = `
SELECT t.auction_id AS "auctionId", t.transaction_number AS "transactionNumber", side, l.title,
  CASE side WHEN 'buyer' THEN t.seller_id ELSE t.buyer_id END AS "aboutId", t.completed_at AS "settledAt"
FROM silver.transactions t
JOIN silver_private.listings l USING (auction_id)
CROSS JOIN unnest(ARRAY['buyer', 'seller']) AS side
WHERE t.payment_status = 'settled' AND t.completed_at > $2::timestamptz - interval '60 days'
  AND $1 = CASE side WHEN 'buyer' THEN t.buyer_id ELSE t.seller_id END
  AND (t.buyer_id = $1 OR t.seller_id = $1)
  AND NOT EXISTS (SELECT FROM silver_private.feedback f WHERE f.auction_id = t.auction_id
    AND f.transaction_number = t.transaction_number AND f.side = side)
ORDER BY t.completed_at DESC, t.auction_id LIMIT $3`;

export class TalkQueries {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  /** Questions about an auction, the first one first, as far as this person may see them. */
  async questions(auctionId: AuctionId, asker: Asker, { after, limit }: PageRequest): Promise<Page<QuestionRow>> {
    const [number] = keyIn('questions', after, ['number']);
    const rows = await this.all<QuestionRow>(QUESTIONS, [auctionId, number, limit + 1, asker.userId, asker.isStaff]);
    return pageOf(rows, limit, (row) => cursorOf('questions', [`${row.questionNumber}`]));
  }

  /** What a seller has been asked in auctions that are not over, and has not answered; the earliest first. */
  questionsToAnswer(sellerId: UserId, limit: number): Promise<readonly QuestionRow[]> {
    return this.all(TO_ANSWER, [sellerId, limit]);
  }

  /** Feedback about somebody, the latest first, as far as this person may see it. */
  async feedbackAbout(userId: UserId, asker: Asker, { after, limit }: PageRequest): Promise<Page<FeedbackRow>> {
    const [givenAt, auctionId, number] = keyIn('feedback', after, ['time', 'id', 'number']);
    const values = [userId, givenAt, auctionId, asker.userId, asker.isStaff, limit + 1, number];
    const rows = await this.all<FeedbackRow>(FEEDBACK, values);
    return pageOf(rows, limit, (row) =>
      cursorOf('feedback', [isoTime(row.givenAt), row.auctionId, `${row.transactionNumber}`]),
    );
  }

  async feedbackCounts(userId: UserId, now: Instant): Promise<FeedbackCounts> {
    const [counts] = await this.all<FeedbackCounts>(COUNTS, [userId, isoTime(now)]);
    return counts ?? { positive: 0, neutral: 0, negative: 0 };
  }

  /** Settled sales of somebody that wait for feedback, the latest first. */
  feedbackDue(userId: UserId, now: Instant, limit: number): Promise<readonly FeedbackDueRow[]> {
    return this.all(DUE, [userId, isoTime(now), limit]);
  }

  private async all<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return (await this.pool.query<Row>({ text, values: [...values], types: ownTypes })).rows;
  }
}
