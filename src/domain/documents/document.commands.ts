// What the house asks of a series, and why it is refused.
import type { SeriesId } from '../ids.js';
import type { DocumentContents } from './document.events.js';

/** Sent by the house, once a sale is invoiced or has come to nothing. */
export type IssueDocument = DocumentContents & Readonly<{ type: 'IssueDocument'; seriesId: SeriesId }>;

export type DocumentRejection =
  /** One of its transactions is on a document of this series already. */
  | Readonly<{ reason: 'DocumentAlreadyIssued' }>
  | Readonly<{ reason: 'InvalidDocument'; field: string; problem: string }>
  | Readonly<{ reason: 'NotAllowed' }>;
