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

/** The store does not let us in; no repetition changes that. */
export class JournalRefused extends Error {
  readonly code = 'JournalRefused';
  readonly retryable = false;

  constructor(doing: string, cause: unknown) {
    super(
      `the journal does not let us in for ${doing}, by the name and password that it was given: ${messageOf(cause)}`,
      {
        cause,
      },
    );
    this.name = 'JournalRefused';
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
