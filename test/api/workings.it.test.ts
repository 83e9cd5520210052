// What operators ask of the inside of the house: consumers, parked streams and their replay, erasures, and people by name.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type UserId, userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';

const [sue, ann, bob, olga, eve] = [1, 2, 3, 4, 5].map(() => userId(runtime.uuid())) as [
  UserId,
  UserId,
  UserId,
  UserId,
  UserId,
];
const NAMES = new Map([
  [sue, 'sue'],
  [ann, 'Annabel'],
  [bob, 'bob'],
  [eve, 'anna-2'],
]);
let house: ApiHouse;
let database: pg.Client;

async function asked<Data = Record<string, unknown>>(query: string, variables: object = {}, who = olga): Promise<Data> {
  const token = await tokenFor(who, who === olga ? 'operator' : 'bidder');
  const reply = await house.http.post('/graphql', token, { query, variables });
  expect(reply.body.errors).toBeUndefined();
  return reply.body.data;
}

beforeAll(async () => {
  house = await ApiHouse.open();
  for (const [id, username] of NAMES) {
    const reply = await house.http.post('/users', await tokenFor(id, 'bidder'), { username });
    expect(reply.status).toBe(201);
  }
  await house.caughtUp();
  database = new pg.Client(house.postgres);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await house.close();
});

describe('people', () => {
  type Found = { users: { rows: { userId: string; username: string }[]; next: string | null } };
  const USERS =
    'query ($text: String, $status: UserStatus, $limit: Int, $cursor: String) { users(text: $text, status: $status, limit: $limit, cursor: $cursor) { next rows { userId username } } }';
  const named = async (variables: object) =>
    (await asked<Found>(USERS, variables)).users.rows.map(({ username }) => username).toSorted();

  it('are found by part of a name in any case, by id, and by status', async () => {
    expect(await named({ text: 'ANNA' })).toEqual(['Annabel', 'anna-2']);
    expect(await named({ text: 'annab' })).toEqual(['Annabel']);
    expect(await named({ text: 'nobody' })).toEqual([]);
    expect(await named({ text: bob.toUpperCase() })).toEqual(['bob']);
    expect(await named({ text: bob, status: 'SUSPENDED' })).toEqual([]);
    expect(await named({ status: 'ACTIVE' })).toEqual(['Annabel', 'anna-2', 'bob', 'sue']);
    expect(await named({ status: 'SUSPENDED' })).toEqual([]);
  });

  it('come page by page, the latest first, each once; a search goes on behind what it looked through', async () => {
    for (const text of [null, 'anna']) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const { users }: Found = await asked<Found>(USERS, { text, limit: 1, cursor });
        expect(users.rows.length).toBeLessThanOrEqual(1);
        seen.push(...users.rows.map(({ username }) => username));
        cursor = users.next;
      } while (cursor !== null);
      expect(seen).toEqual(text === null ? ['anna-2', 'bob', 'Annabel', 'sue'] : ['anna-2', 'Annabel']);
    }
  });
});

describe('the inside', () => {
  const STATE = '{ houseState { at eventsRecorded consumers { name lag parkedStreams movedAt } } }';
  type State = {
    houseState: { eventsRecorded: string; consumers: { name: string; lag: number; parkedStreams: number }[] };
  };

  it('tells what is on record, and what each consumer lacks', async () => {
    const { houseState } = await asked<State>(STATE);
    expect(houseState.eventsRecorded).toBe(`${NAMES.size}`);
    expect(houseState.consumers.find(({ name }) => name === 'silver')).toMatchObject({ lag: 0, parkedStreams: 0 });
  });

  it('a parked stream is shown, stays while its cause lasts, and is free once that is mended', async () => {
    const PARKED = '{ parkedStreams { consumer streamId revision eventType reason waiting } }';
    const REPLAY =
      'mutation ($consumer: String!, $streamId: String!) { replayParkedStream(consumer: $consumer, streamId: $streamId) { status events reason } }';
    const streamId = `user-${bob}`;
    await database.query('ALTER TABLE silver_private.users ADD CONSTRAINT never CHECK (rating <> 77)');
    const operator = await tokenFor(olga, 'operator');
    await house.http.post(`/users/${bob}/rating`, operator, { rating: 77 });
    await eventually('the parked stream', async () => (await asked<any>(PARKED)).parkedStreams.length === 1);
    expect(await asked(PARKED)).toEqual({
      parkedStreams: [
        expect.objectContaining({ consumer: 'silver', streamId, revision: 1, eventType: 'UserRated', waiting: 1 }),
      ],
    });
    const variables = { consumer: 'silver', streamId };
    expect(await asked(REPLAY, variables)).toEqual({
      replayParkedStream: {
        status: 'STILL_POISONED',
        events: null,
        reason: expect.stringContaining('constraint never'),
      },
    });
    await database.query('ALTER TABLE silver_private.users DROP CONSTRAINT never');
    expect(await asked(REPLAY, variables)).toEqual({
      replayParkedStream: { status: 'REPLAYED', events: 1, reason: null },
    });
    expect(await asked(REPLAY, variables)).toMatchObject({ replayParkedStream: { status: 'NOT_PARKED' } });
    expect(await asked(PARKED)).toEqual({ parkedStreams: [] });
    expect(await asked('query ($id: ID!) { user(id: $id) { rating } }', { id: bob })).toEqual({ user: { rating: 77 } });
  });

  it('tells who was erased', async () => {
    await asked(
      'mutation ($input: AccountInput!) { eraseUser(input: $input) { __typename } }',
      { input: { userId: eve } },
      eve,
    );
    await eventually('the erasure', async () => (await asked<any>('{ erasedUsers }')).erasedUsers.includes(eve));
  });
});
