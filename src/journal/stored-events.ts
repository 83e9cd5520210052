// From what a store kept to what a reader gets: the hash is checked, the text is decoded, and what cannot be read is
// handed on as such, so that one damaged event stops its own stream only.
import { hash } from 'node:crypto';
import { decodeEvent } from './event-codec.js';
import type { JournalEntry, RecordedEvent } from './journal.js';

export type StoredEvent = Omit<RecordedEvent, 'kind' | 'event'>;

/** SHA-256 of the text's UTF-8 bytes, in hexadecimal. */
export const hashOf = (text: string): string => hash('sha256', text);

/** The stored event, lifted to today's shape; or why it cannot be. Never throws. */
export function entryOf(stored: StoredEvent): JournalEntry {
  if (hashOf(stored.text) !== stored.hash)
    return { ...stored, kind: 'unreadable', problem: 'the text does not match its hash' };
  try {
    return { ...stored, kind: 'event', event: decodeEvent(stored.eventType, stored.schemaVersion, stored.text) };
  } catch (error) {
    return { ...stored, kind: 'unreadable', problem: error instanceof Error ? error.message : String(error) };
  }
}
