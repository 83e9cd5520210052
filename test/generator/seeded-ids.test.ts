import { expect, it } from '@jest/globals';
import { commandId, commandIdTime } from '../../src/domain/ids.js';
import { seededCommandId, seededUuid } from '../../src/generator/seeded-ids.js';

it('names people and auctions for ever: a plan of today is one of next year', () => {
  expect(seededUuid('a', 'user', 0)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(
    new Set([
      seededUuid('a', 'user', 0),
      seededUuid('a', 'user', 1),
      seededUuid('a', 'auction', 0),
      seededUuid('b', 'user', 0),
    ]).size,
  ).toBe(4);
});

it('writes the time of sending into command ids, and the rest is the seed’s', () => {
  const at = Date.UTC(2026, 0, 1, 12);
  const [one, later, other] = [
    seededCommandId('a', 'm 1', at),
    seededCommandId('a', 'm 1', at + 5),
    seededCommandId('a', 'm 2', at),
  ];
  expect(commandIdTime(commandId(one))).toBe(at);
  expect(commandIdTime(commandId(later))).toBe(at + 5);
  expect(one.slice(14)).toBe(later.slice(14));
  expect(one.slice(14)).not.toBe(other.slice(14));
});
