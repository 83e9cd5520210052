// docs/permissions.md: who may ask for what, made from the table of commands and from the fields of GraphQL.
// test/api/access.it.test.ts holds every route to its own list.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { type Access, mayUse } from '../../src/api/auth/access.js';
import { COMMANDS } from '../../src/api/commands/table.js';
import { FIELD_ACCESS } from '../../src/api/graphql/access.js';
import type { Role } from '../../src/domain/actor.js';
import { userId } from '../../src/domain/ids.js';

const ROLES: readonly Role[] = ['bidder', 'seller', 'analyst', 'operator', 'admin'];
const ann = userId('0190b000-0000-7000-8000-00000000000b');

const marks = (access: Access): readonly string[] => [
  access === 'public' ? 'x' : '',
  mayUse(access, { kind: 'user', userId: ann, roles: [] }) ? 'x' : '',
  ...ROLES.map((role) => (mayUse(access, { kind: 'user', userId: ann, roles: [role] }) ? 'x' : '')),
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
    .filter(([field]) => !field.startsWith('Mutation.'))
    .map(([field, access]) => [`\`${field}\``, ...marks(access)]),
)}
`;

it('docs/permissions.md is what the tables say', () => {
  if (process.env['GAVEL_TEST_WRITE'] === '1') writeFileSync('docs/permissions.md', page());
  expect(readFileSync('docs/permissions.md', 'utf8')).toBe(page());
});

it('every command is for somebody, and none is for strangers', () => {
  for (const { access, message } of COMMANDS)
    for (const one of [access, message?.access ?? access]) expect(marks(one).indexOf('x')).toBeGreaterThan(0);
});
