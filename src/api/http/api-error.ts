// Apart from errors.ts, so that who throws one need not load the framework.

/** One field that does not fit, by its path as `terms.startingPrice`. */
export type ErrorDetail = Readonly<{ field: string; problem: string }>;

type ErrorExtras = Readonly<{
  details?: readonly ErrorDetail[];
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}>;

/** A request that is refused at the edge. `message` is for the client, one sentence that says what would be right. */
export class ApiError extends Error {
  readonly details: readonly ErrorDetail[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    { details, headers = {}, cause }: ErrorExtras = {},
  ) {
    super(message, { cause });
    this.name = 'ApiError';
    this.details = details;
    this.headers = headers;
  }
}
