// Questions and commands over HTTP.
import { print } from '@0no-co/graphql.web';
import type { TadaDocumentNode } from 'gql.tada';
import { setByHeader } from './clock.js';
import { person } from './session.js';

/** There is no answer. `isFinal`: the house would say the same to the same request; else it may be sent again. */
export class NotAnswered extends Error {
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean) {
    super(message);
    this.isFinal = isFinal;
  }
}

/** What went wrong, in the house's words where it has some. */
export const problemOf = (error: unknown, otherwise: string): string =>
  error instanceof NotAnswered && error.isFinal ? error.message : otherwise;

/** Too many requests, and whatever is the server's own trouble, pass. */
const passes = (status: number): boolean => status === 429 || status >= 500;

type Reply<Result> = Readonly<{ data?: Result | null; errors?: readonly Readonly<{ message: string }>[] }>;

/** Rejects with `NotAnswered` where there is no answer. */
export const ask = <Result, Variables>(
  document: TadaDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<Result> => askText<Result>(print(document), variables);

/** For documents that are put together. */
export async function askText<Result>(query: string, variables: unknown = {}): Promise<Result> {
  const askedAt = Date.now();
  const token = person.value?.token;
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  }).catch((error: unknown) => {
    throw new NotAnswered(String(error), false);
  });
  setByHeader(response.headers.get('date'), askedAt);
  const reply = (await response.json().catch(() => ({}))) as Reply<Result>;
  if (reply.data == null || reply.errors !== undefined)
    throw new NotAnswered(
      reply.errors?.[0]?.message ?? `the house answers ${response.status}`,
      !passes(response.status),
    );
  return reply.data;
}
