// The table of commands: what it must hold, and which descriptions stop the start.
import { describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { z } from 'zod';
import { bodySchema, command } from '../../src/api/commands/description.js';
import { COMMANDS, descriptionOf } from '../../src/api/commands/table.js';
import { mutationsText } from '../../src/api/graphql/mutations-text.js';
import { TYPE_DEFS } from '../../src/api/graphql/schema.js';
import { ACCEPTED } from '../../src/api/schemas/accepted.js';
import { bodyOf } from '../../src/api/schemas/body.js';
import { inGraphQL } from '../../src/api/schemas/graphql-names.js';
import { TOPIC_OF } from '../../src/bus/ingress.js';

/** Sent by the house alone: nobody asks for them. */
const OF_THE_HOUSE = [
  'CloseAuction',
  'DeferClosing',
  'AnnounceOpening',
  'ListRelistedAuction',
  'ListLot',
  'MoveLotClosing',
  'OpenFraudCase',
  'DrawFraudSample',
  'ExpireSecondChance',
  'IssueDocument',
  'RecordHallResult',
  'ConfirmEmail',
  'OpenSale',
];

/** Mutations of the house's own notes and of people's own lists, which are no commands (graphql/alerts.schema.ts). */
const NO_COMMANDS = [
  'acknowledgeAlert',
  'silenceAlerts',
  'watchLot',
  'unwatchLot',
  'saveSearch',
  'removeSavedSearch',
  'replayParkedStream',
];

const rating = (body: ReturnType<typeof bodyOf<z.ZodRawShape>>, input?: string) => ({
  ...command('VerifyUser', {
    route: 'POST /users/:userId/verification',
    summary: 'Confirm.',
    access: 'anyone',
    body,
    accepted: ACCEPTED.account,
    command: ({ userId }) => ({ userId }),
    ...(input !== undefined && { input }),
  }),
  tag: 'users',
});

describe('the table', () => {
  it('describes every command but those of the house', () => {
    const described = COMMANDS.map(({ type }) => type);
    expect([...described, ...OF_THE_HOUSE].sort()).toEqual(Object.keys(TOPIC_OF).sort());
    expect(descriptionOf('PlaceBid')?.path).toBe('/auctions/:auctionId/bids');
    for (const type of OF_THE_HOUSE) expect(descriptionOf(type)).toBeUndefined();
  });

  it('gives every route and every mutation to one command', () => {
    const routes = COMMANDS.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(routes).size).toBe(routes.length);
    const mutations = buildSchema(TYPE_DEFS).getMutationType()?.getFields() ?? {};
    expect(Object.keys(mutations)).toEqual([...COMMANDS.map(({ name }) => name), ...NO_COMMANDS]);
    for (const { description } of Object.values(mutations)) expect(description).toMatch(/\S\.$/);
  });

  it('makes one command of the same request at every door', async () => {
    const described = descriptionOf('SuspendUser');
    const userId = '0190b000-0000-7000-8000-00000000000b';
    const fields = { reason: 'x', voidBids: false };
    const asking = { caller: { kind: 'user', userId, roles: [] } } as never;
    const made = await described?.command({ userId, ...fields }, asking);
    expect(JSON.stringify(made)).toBe(JSON.stringify({ type: 'SuspendUser', userId, ...fields }));
    expect(JSON.stringify(await described?.message?.command({ userId, ...fields }, asking))).toBe(JSON.stringify(made));
  });
});

describe('a body', () => {
  it('of no fields may be left out, with a name for the command or without one', () => {
    const bare = bodySchema(bodyOf('Bare', {}));
    expect(bare.parse(undefined)).toEqual({});
    expect(bare.safeParse({ other: 1 }).success).toBe(false);
    expect(bodySchema(bodyOf('Some', { text: z.string() })).safeParse(undefined).success).toBe(false);
  });
});

describe('what stops the start', () => {
  const enums = { Shade: { LIGHT_GREY: 'light-grey' } };

  it('a parameter of a route that nobody has declared', () =>
    expect(() =>
      command('VerifyUser', {
        route: 'POST /users/:personId/verification',
        summary: 'Confirm.',
        access: 'anyone',
        body: bodyOf('Bare', {}),
        accepted: ACCEPTED.account,
        command: () => ({ userId: 'x' as never }),
      }),
    ).toThrow('the route /users/:personId/verification names personId, which is not in commands/parameters.ts'));

  it('two commands that name one input and take different things', () => {
    const [one, other] = [bodyOf('One', { text: z.string() }), bodyOf('Other', { count: z.int() })];
    const text = mutationsText([rating(one, 'OneInput'), rating(one, 'OneInput'), rating(other, 'OtherInput')], enums);
    expect(text.match(/^input/gm)).toHaveLength(2);
    expect(() => mutationsText([rating(one, 'OneInput'), rating(other, 'OneInput')], enums)).toThrow(
      'two inputs of GraphQL are called OneInput',
    );
  });

  it('a field that GraphQL has no name for; with a name it is there, its words spelt as GraphQL spells them', () => {
    const shade = z.enum(['light-grey', 'black']);
    expect(() => mutationsText([rating(bodyOf('Shaded', { shade }))], enums)).toThrow(
      'VerifyUserInput.shade has no name in GraphQL (schemas/graphql-names.ts)',
    );
    const named = shade
      .register(inGraphQL, { name: 'Shade' })
      .default('light-grey')
      .meta({ description: '`light-grey`.' });
    expect(mutationsText([rating(bodyOf('Shaded', { shade: named }))], enums)).toContain(
      '"LIGHT_GREY." shade: Shade = LIGHT_GREY',
    );
  });
});
