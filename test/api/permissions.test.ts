// docs/permissions.md: who may ask for what, made from the table of commands and from the fields of GraphQL.
// test/api/access.it.test.ts holds every route to its own list.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, defaultFieldResolver } from 'graphql';
import { type Access, type Caller, mayUse } from '../../src/api/auth/access.js';
import { COMMANDS } from '../../src/api/commands/table.js';
import { demandAccess, FIELD_ACCESS, guardRoots } from '../../src/api/graphql/access.js';
import { TYPE_DEFS } from '../../src/api/graphql/schema.js';
import type { Role } from '../../src/domain/actor.js';
import { userId } from '../../src/domain/ids.js';

const ROLES: readonly Role[] = ['bidder', 'seller', 'analyst', 'operator', 'admin'];
const ann = userId('0190b000-0000-7000-8000-00000000000b');

const as = (...roles: Role[]): Caller => ({ kind: 'user', userId: ann, roles });

const marks = (access: Access): readonly string[] => [
  access === 'public' ? 'x' : '',
  ...[as(), ...ROLES.map((role) => as(role))].map((caller) => (mayUse(access, caller) ? 'x' : '')),
];

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...heads), row(...heads.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');
const WHO = ['no token', 'any token', ...ROLES];

/** Who may send it to its topic, where that differs from REST. */
function overKafka({ message, access }: (typeof COMMANDS)[number]): string {
  if (message === null) return '–';
  return message.access === access ? message.topic : `${message.topic}: ${[message.access].flat().join(', ')}`;
}

const page = (): string => `# Permissions

Made from [the table of commands](../src/api/commands/table.ts) and [the fields of GraphQL](../src/api/graphql/access.ts):
\`GAVEL_TEST_WRITE=1 npm test -- test/api/permissions\` writes this page anew. A role opens the door; the rules behind it may still
refuse, as a seller who would cancel somebody else's auction.

## Commands

Over REST and GraphQL alike. The last column is the topic on Kafka, and the roles there where they are others.

${table(
  ['Mutation', 'Route', ...WHO.slice(1), 'Kafka'],
  COMMANDS.map((command) => [
    `\`${command.name}\``,
    `\`${command.method} ${command.path}\``,
    ...marks(command.access).slice(1),
    overKafka(command),
  ]),
)}

## Questions and subscriptions

${table(
  ['Field', ...WHO],
  Object.entries(FIELD_ACCESS)
    .filter(([field]) => !COMMANDS.some(({ name }) => field === `Mutation.${name}`))
    .map(([field, access]) => [`\`${field}\``, ...marks(access)]),
)}
`;

// Here and not in a test: the cases below are made from the page.
if (process.env['GAVEL_TEST_WRITE'] === '1') writeFileSync('docs/permissions.md', page());

it('docs/permissions.md is what the tables say', () => {
  expect(readFileSync('docs/permissions.md', 'utf8')).toBe(page());
});

it('every command is for somebody, and none is for strangers', () => {
  for (const { access, message } of COMMANDS)
    for (const one of [access, message?.access ?? access]) expect(marks(one).indexOf('x')).toBeGreaterThan(0);
});

describe('every field of the roots lets in whom the page says, and nobody else', () => {
  const written = readFileSync('docs/permissions.md', 'utf8').split('\n');
  const schema = guardRoots(buildSchema(TYPE_DEFS));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields = roots.flatMap((root) => Object.values(root?.getFields() ?? {}).map((field) => ({ root, field })));

  it.each(fields.map(({ root, field }) => [`${root?.name}.${field.name}`, field] as const))('%s', (name, field) => {
    // Mutations that are no commands stand by their whole name.
    const named = (as: string) => written.find((row) => row.includes(`\`${as}\``));
    const line = named(name) ?? named(name.replace('Mutation.', '')) ?? '';
    const cells = line.split('|').map((cell) => cell.trim());
    // A mutation's row names its route where the others say who needs no token.
    const open = cells.slice(2, 9).map((cell, i) => (i === 0 && name.startsWith('Mutation.') ? false : cell === 'x'));
    const { resolve = defaultFieldResolver } = field;
    const asked = (caller: Caller | null): boolean => {
      try {
        if (name.startsWith('Subscription.')) demandAccess(name, caller);
        else resolve({}, {}, { caller }, { fieldName: field.name } as never);
        return true;
      } catch (error) {
        expect(error).toMatchObject({ code: caller === null ? 'TokenMissing' : 'RoleMissing' });
        return false;
      }
    };
    expect([null, as(), ...ROLES.map((role) => as(role))].map(asked)).toEqual(open);
  });
});
