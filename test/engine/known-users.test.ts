import { expect, it } from '@jest/globals';
import { userStream } from '../../src/domain/messages.js';
import { KnownUsers } from '../../src/engine/known-users.js';
import type { Journal, JournalEntry } from '../../src/journal/journal.js';
import { ann, MemoryHouse, operator, sue } from '../support/memory-house.js';

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

it('is not taken from a reading that an event overtook, while another partition asks for the same user', async () => {
  const house = await MemoryHouse.open();
  await house.register(sue, ann);
  const { journal } = house;
  const readings: Promise<unknown>[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  /** The first reading has what was there when it began, and takes its time. */
  const readStream: Journal['readStream'] = async (...of) => {
    const read = journal.readStream(...of);
    readings.push(read);
    if (readings.length === 1) await released;
    return read;
  };
  const knownUsers = new KnownUsers({ ...journal, readStream } as Journal, { usersMax: 10 });
  const first = knownUsers.prepare([ann]);
  await readings[0];
  await house.send({ type: 'SuspendUser', userId: ann, reason: 'unpaid', voidBids: false }, operator);
  knownUsers.take((await journal.readStream(userStream(ann), 0, 10)).slice(-1));
  const second = knownUsers.prepare([ann]);
  release();
  await Promise.all([first, second]);
  await house.close();
  expect(knownUsers.of(ann)).toMatchObject({ status: 'suspended' });
});
