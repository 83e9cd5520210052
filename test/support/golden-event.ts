// Events as they were once written, for tests that need some event and do not care which.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DomainEvent } from '../../src/domain/messages.js';
import { decodeEvent } from '../../src/journal/event-codec.js';

/** The event of `test/fixtures/events/NAME.json`, as `BidPlaced.v1`. */
export function goldenEvent(name: string): DomainEvent {
  const [type = '', version = ''] = name.split('.');
  const text = readFileSync(join('test', 'fixtures', 'events', `${name}.json`), 'utf8').trimEnd();
  return decodeEvent(type, Number(version.slice(1)), text);
}
