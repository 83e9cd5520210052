// A message as Bronze keeps it. Tokens and names of people are kept nowhere; amounts that may be secret, and reasons, are kept
// apart.
import { hash } from 'node:crypto';
import type kafkajs from 'kafkajs';
import { REMOVED, withoutTokens } from './without-tokens.js';

export type ArchivedMessage = Readonly<{
  partition: number;
  offset: string;
  /** The broker's stamp, in epoch milliseconds. */
  appendedAt: number;
  key: string | null;
  /** JSON of names and values; null without any. */
  headers: string | null;
  /** The value without what is restricted; null where there is none, or where nobody can tell what is restricted in it. */
  value: string | null;
  /** The value as it was received, but for tokens and names of people; null where `value` is just that. */
  restricted: Buffer | null;
  /** SHA-256 of the value as it was received, in hexadecimal. */
  hash: string;
}>;

/** What may be a maximum, a sealed or refused bid, or a reserve; and what staff write about a person. */
const SECRET = /^(?:amount|maximum|reservePrice|offeredPrice|reason)$/;
const TOKEN = /^(?:token|authorization)$/i;
const PERSONAL = /^(?:username|name|email|address|personalData)$/;
const PERSONAL_FIELD = /("(?:username|name|email|address|personalData)"\s*:\s*")[^"\\]*(?:\\.[^"\\]*)*/g;

/** What is kept of a message of this partition. */
export function archivedMessage(partition: number, message: kafkajs.KafkaMessage): ArchivedMessage {
  const { offset, timestamp, key, headers, value } = message;
  const received = value ?? Buffer.alloc(0);
  const cleared = withoutPeople(withoutTokens(received));
  const shown = value === null ? null : shownValue(cleared);
  const isWhole = value === null || shown === received.toString('utf8');
  return {
    partition,
    offset,
    appendedAt: Number(timestamp),
    key: key === null ? null : withoutTokens(key).toString('utf8'),
    headers: headersOf(headers),
    value: shown,
    restricted: isWhole ? null : cleared,
    hash: hash('sha256', received, 'hex'),
  };
}

/** The text with null in the place of secrets; the text itself where there are none. */
function shownValue(cleared: Buffer): string | null {
  const text = cleared.toString('utf8');
  try {
    const found = { secret: false };
    const shown = shownOf(JSON.parse(text), found);
    return found.secret ? JSON.stringify(shown) : text;
  } catch {
    // No JSON: whatever is in it, nobody can tell.
    return null;
  }
}

function shownOf(value: unknown, found: { secret: boolean }): unknown {
  if (Array.isArray(value)) return value.map((one) => shownOf(one, found));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (!SECRET.test(key)) return [key, shownOf(inner, found)];
      found.secret = true;
      return [key, null];
    }),
  );
}

/** The same bytes, but for names of people. Escapes may hide a field's name: then the text is written anew. */
function withoutPeople(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  const cleared = text.replace(PERSONAL_FIELD, `$1${REMOVED}`);
  const rest = cleared === text ? bytes : Buffer.from(cleared, 'latin1');
  if (!rest.includes('\\u')) return rest;
  try {
    const person = (key: string, value: unknown) => (PERSONAL.test(key) && typeof value === 'string' ? REMOVED : value);
    return Buffer.from(JSON.stringify(JSON.parse(rest.toString('utf8')), person));
  } catch {
    return rest;
  }
}

function headersOf(headers: kafkajs.IHeaders | undefined): string | null {
  const entries = Object.entries(headers ?? {});
  if (entries.length === 0) return null;
  return JSON.stringify(Object.fromEntries(entries.map(([name, value]) => [name, headerText(name, value)])));
}

function headerText(name: string, value: kafkajs.IHeaders[string]): string | readonly string[] {
  if (TOKEN.test(name)) return REMOVED;
  if (Array.isArray(value)) return value.map((one) => String(headerText(name, one)));
  // Signatures are bytes; what is no text is told in base64.
  const bytes = withoutTokens(Buffer.from(value ?? ''));
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : bytes.toString('base64');
}
