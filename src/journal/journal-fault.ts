// What a journal's methods reject with when the store behind it does not answer.

/** The store cannot be reached or does not answer in time. Nothing was written; the same call may succeed later. */
export class JournalUnavailable extends Error {
  readonly code = 'JournalUnavailable';
  readonly retryable = true;

  constructor(doing: string, cause: unknown) {
    super(`the journal is not available for ${doing}: ${messageOf(cause)}`, { cause });
    this.name = 'JournalUnavailable';
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
