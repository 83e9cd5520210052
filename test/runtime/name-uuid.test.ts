import { describe, expect, it } from '@jest/globals';
import { commandIdTime } from '../../src/domain/ids.js';
import { instant } from '../../src/domain/time.js';
import { houseCommandId } from '../../src/runtime/name-uuid.js';

const noon = instant(Date.UTC(2026, 0, 1, 12));

describe('the id of a command of the house', () => {
  it('is a UUID of version 7 with the instant as its time', () => {
    const id = houseCommandId('close', 'an auction', noon);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(commandIdTime(id)).toBe(noon);
  });

  it('is the same for the same kind, subject and instant, and for nothing else', () => {
    const ids = [
      houseCommandId('close', 'an auction', noon),
      houseCommandId('opening', 'an auction', noon),
      houseCommandId('close', 'another', noon),
      houseCommandId('close', 'an auction', instant(noon + 1)),
      // Texts that a mere concatenation could not tell apart.
      houseCommandId('a b', 'c', noon),
      houseCommandId('a', 'b c', noon),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(houseCommandId('close', 'an auction', noon)).toBe(ids[0]);
  });

  it('is the same in every run and version: what was asked before a restart is not asked again', () => {
    expect(houseCommandId('close', '01890000-0000-7000-8000-000000000001', noon)).toBe(
      '019b796d-d600-7f79-ac92-509e830433be',
    );
  });

  it('of an instant before 1970 differs by that instant all the same', () => {
    const [early, earlier] = [
      houseCommandId('hall result', 'a lot', instant(-1)),
      houseCommandId('hall result', 'a lot', instant(-2)),
    ];
    expect(commandIdTime(early)).toBe(0);
    expect(early).not.toBe(earlier);
  });
});
