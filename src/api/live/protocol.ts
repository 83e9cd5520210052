// The protocol graphql-transport-ws as messages come in, and the codes that sockets close with (graphql-ws, PROTOCOL.md).
import { z } from 'zod';
import { DEPTH_MAX } from '../http/json-body.js';
import { outlineOf } from '../http/json-outline.js';

/** Close codes of the protocol. Of 4403 the client library makes a retry with a fresh token. */
export const CLOSE = {
  goingAway: 1001,
  failed: 1011,
  badRequest: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  initTimeout: 4408,
  subscriberExists: 4409,
  tooMany: 4429,
} as const;

const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connection_init'), payload: z.record(z.string(), z.unknown()).nullish() }),
  z.object({ type: z.enum(['ping', 'pong']), payload: z.record(z.string(), z.unknown()).nullish() }),
  z.object({
    type: z.literal('subscribe'),
    id: z.string().min(1).max(100),
    payload: z.object({
      query: z.string(),
      operationName: z.string().nullish(),
      variables: z.record(z.string(), z.unknown()).nullish(),
    }),
  }),
  z.object({ type: z.literal('complete'), id: z.string().min(1).max(100) }),
]);

export type Message = z.output<typeof message>;

/** The message of this text; null for anything else, also for what nests deeper than a request may. */
export function readMessage(text: string): Message | null {
  if (outlineOf(text).depth > DEPTH_MAX) return null;
  try {
    return message.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A control frame holds 125 bytes, two of them the code (RFC 6455, 5.5). */
const REASON_BYTES_MAX = 123;

/** As much of a reason as a close frame has room for, in whole characters. */
export function closeReason(reason: string): string {
  let kept = '';
  let bytes = 0;
  for (const character of reason) {
    bytes += Buffer.byteLength(character);
    if (bytes > REASON_BYTES_MAX) break;
    kept += character;
  }
  return kept;
}
