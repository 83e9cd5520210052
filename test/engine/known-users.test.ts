import { expect, it } from '@jest/globals';
import { userStream } from '../../src/domain/messages.js';
import { KnownUsers } from '../../src/engine/known-users.js';
import type { JournalEntry } from '../../src/journal/journal.js';
import { ann, MemoryHouse, sue } from '../support/memory-house.js';

/** The user as a batch took them up, and the last event of theirs as it comes by, at another revision. */
async function takenUp(revisionsOn: number) {
  const house = await MemoryHouse.open();
  await house.register(sue, ann);
  const knownUsers = new KnownUsers(house.journal, { usersMax: 10 });
  await knownUsers.prepare([ann]);
  const known = knownUsers.get(ann);
  const [last] = (await house.journal.readStream(userStream(ann), 0, 10)).slice(-1);
  await house.close();
  if (known === undefined || last === undefined) throw new Error('ann is registered');
  knownUsers.take([{ ...last, revision: last.revision + revisionsOn } as JournalEntry]);
  return { known: known.named, now: knownUsers.of(ann) };
}

it('of a user in memory stands while nothing new comes', async () => {
  const { known, now } = await takenUp(0);
  expect(known).toMatchObject({ status: 'active' });
  expect(now).toEqual(known);
});

it('of a user who is forgotten for a gap is unknown to a batch that took them up before, too', async () => {
  const unknown = { status: 'unknown' };
  expect(await takenUp(2)).toEqual({ known: unknown, now: unknown });
});
