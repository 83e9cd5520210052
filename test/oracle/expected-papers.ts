// What Silver should hold of documents, payout runs, and questions and feedback: each folded by the test's own few lines. They are few.

import { isTalkEvent, type TalkEvent } from '../../src/domain/auction/talk.events.js';
import type { DocumentEvent } from '../../src/domain/documents/document.events.js';
import type { DomainEvent } from '../../src/domain/messages.js';
import type { PayoutRunEvent } from '../../src/domain/payout/payout-run.events.js';
import { type ExpectedRows, row, type Value } from './expected-rows.js';

type Changing = Record<string, Value>;
type PaperEvent = DocumentEvent | PayoutRunEvent;

export const isPaperEvent = (event: DomainEvent): event is PaperEvent =>
  event.type === 'DocumentIssued' || event.type.startsWith('PayoutRun');

const PENDING = { answer: null, answeredAt: null, hideReason: null, hiddenBy: null, hiddenAt: null };
const UNANSWERED = { reply: null, repliedAt: null, hideReason: null, hiddenBy: null, hiddenAt: null };

export class ExpectedPapers {
  private readonly runs = new Map<string, Changing>();
  private readonly questions = new Map<string, Changing>();
  private readonly feedback = new Map<string, Changing>();

  constructor(private readonly rows: ExpectedRows) {}

  /** Takes the next event of a series or payout run, or what people said about an auction. */
  take(id: string, revision: number, event: DomainEvent): void {
    if (isTalkEvent(event)) this.talk(id, event);
    else if (isPaperEvent(event)) this.paper(id, revision, event);
  }

  /** Writes down what stands at the end. */
  finish(): void {
    for (const run of this.runs.values()) this.rows.add('payout_runs', row(...Object.values(run)));
    for (const question of this.questions.values()) this.rows.add('questions', row(...Object.values(question)));
    for (const one of this.feedback.values()) this.rows.add('feedback', row(...Object.values(one)));
  }

  private paper(id: string, revision: number, event: PaperEvent): void {
    switch (event.type) {
      case 'DocumentIssued':
        this.document(revision, event);
        return;
      case 'PayoutRunPrepared': {
        const { total, preparedBy, preparedAt, items } = event;
        const about = { id, revision, status: 'prepared', total, preparedBy, preparedAt: new Date(preparedAt) };
        this.runs.set(id, { ...about, decidedBy: null, decidedAt: null });
        for (const [place, { auctionId, transactionNumber, sellerId, amount, account }] of items.entries())
          this.rows.add('payout_items', row(id, place + 1, auctionId, transactionNumber, sellerId, amount, account));
        return;
      }
      case 'PayoutRunApproved':
        this.change(this.runs, id, {
          revision,
          status: 'approved',
          decidedBy: event.approvedBy,
          decidedAt: new Date(event.approvedAt),
        });
        return;
      case 'PayoutRunDiscarded':
        this.change(this.runs, id, {
          revision,
          status: 'discarded',
          decidedBy: event.discardedBy,
          decidedAt: new Date(event.discardedAt),
        });
        return;
    }
  }

  private document(revision: number, event: DocumentEvent): void {
    const { documentId, kind, year, number, buyerId, currency, net, tax, total } = event;
    const { corrects, reason, refund, issuedAt, dueAt, items } = event;
    const about = [documentId, revision, kind, year, number, buyerId, currency, net, tax, total] as const;
    const times = [new Date(issuedAt), dueAt === null ? null : new Date(dueAt)] as const;
    this.rows.add('documents', row(...about, corrects, reason, refund, ...times));
    const lines = items.flatMap((item) => item.lines.map((line) => ({ item, line })));
    for (const [place, { item, line }] of lines.entries()) {
      const of = [documentId, place + 1, kind, item.auctionId, item.transactionNumber, item.title] as const;
      const sums = [line.kind, line.net, line.taxRatePpm, line.tax, item.taxScheme, item.taxTreatment] as const;
      this.rows.add('document_lines', row(...of, ...sums));
    }
  }

  private talk(auctionId: string, event: TalkEvent): void {
    const key =
      'questionNumber' in event
        ? `${auctionId} ${event.questionNumber}`
        : `${auctionId} ${event.transactionNumber} ${event.side}`;
    switch (event.type) {
      case 'QuestionAsked': {
        const { questionNumber, askerId, text, askedAt } = event;
        this.questions.set(key, { auctionId, questionNumber, askerId, text, askedAt: new Date(askedAt), ...PENDING });
        return;
      }
      case 'QuestionAnswered':
        this.change(this.questions, key, { answer: event.text, answeredAt: new Date(event.answeredAt) });
        return;
      case 'QuestionHidden':
        this.change(this.questions, key, hidden(event));
        return;
      case 'FeedbackGiven': {
        const { transactionNumber, side, giverId, aboutId, rating, text, givenAt } = event;
        const about = {
          auctionId,
          transactionNumber,
          side,
          giverId,
          aboutId,
          rating,
          text,
          givenAt: new Date(givenAt),
        };
        this.feedback.set(key, { ...about, ...UNANSWERED });
        return;
      }
      case 'FeedbackReplied':
        this.change(this.feedback, key, { reply: event.text, repliedAt: new Date(event.repliedAt) });
        return;
      case 'FeedbackHidden':
        this.change(this.feedback, key, hidden(event));
        return;
    }
  }

  /** The order of the columns is that of the first row. */
  private change(all: Map<string, Changing>, key: string, changed: Changing): void {
    const known = all.get(key);
    if (known === undefined) throw new Error(`${key} is changed and was never there`);
    all.set(key, { ...known, ...changed });
  }
}

const hidden = ({
  reason,
  hiddenBy,
  hiddenAt,
}: Readonly<{ reason: string; hiddenBy: string | null; hiddenAt: number }>): Changing => ({
  hideReason: reason,
  hiddenBy,
  hiddenAt: new Date(hiddenAt),
});
