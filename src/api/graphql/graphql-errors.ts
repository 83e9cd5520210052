// Errors of GraphQL as clients see them: a code, the request id, and nothing of ours. Refusals by the rules are no errors.
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { Log } from '../../runtime/log.js';
import type { ApiError } from '../http/api-error.js';
import { apiErrorOf } from '../http/errors.js';
import { ENUMS } from './schema.js';

export type ErrorContext = Readonly<{ requestId: string; log: Log; introspection: boolean }>;

/** What is wrong with a document or its variables: the client's own doing, told in the words of the specification. */
export const DOCUMENT_INVALID = 'DocumentInvalid';
const MESSAGE_LENGTH_MAX = 300;

/** An error as it goes out. One of ours is logged, and told without its cause. */
export function formatted(error: GraphQLError, { requestId, log, introspection }: ErrorContext): GraphQLFormattedError {
  const { locations, path, originalError } = error;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  const cause = causeOf(originalError);
  if (cause === null) {
    const message = introspection ? error.message : withoutSuggestion(error.message);
    return { message: cut(withWords(message)), ...place, extensions: { code: DOCUMENT_INVALID, requestId } };
  }
  const known = apiErrorOf(cause);
  if (known.status >= 500) logOwn(log, known, requestId);
  const { code, message, details } = known;
  return { message, ...place, extensions: { code, requestId, ...(details && { details }) } };
}

/** GraphQL wraps what resolvers throw, at times more than once; null for an error of the document itself. */
function causeOf(error: Error | undefined): Error | null {
  if (error === undefined || error === null) return null;
  if (error.name !== 'GraphQLError') return error;
  return causeOf((error as GraphQLError).originalError ?? undefined);
}

function logOwn(log: Log, { code, cause }: ApiError, requestId: string): void {
  const [message, stack] = cause instanceof Error ? [cause.message, cause.stack] : [String(cause), undefined];
  log.error({ requestId, route: '/graphql', code, error: message, stack }, 'a request failed');
}

/** "Did you mean …" names what introspection would. */
const withoutSuggestion = (message: string): string => message.replace(/ Did you mean .*$/s, '');

/** Whoever gives a word that an enum of ours does not have is told those that it has. */
function withWords(message: string): string {
  const [, name = ''] = /(?:does not exist in|Enum) "(\w+)"/.exec(message) ?? [];
  const words = Object.hasOwn(ENUMS, name) ? ENUMS[name] : undefined;
  return words === undefined ? message : `${message} It has ${Object.keys(words).join(', ')}.`;
}

const cut = (text: string): string =>
  (text.length <= MESSAGE_LENGTH_MAX ? text : `${text.slice(0, MESSAGE_LENGTH_MAX)}…`).toWellFormed();
