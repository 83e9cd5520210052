// `gavel people`: roles of who signs in with the house itself. The first admin is made here; later ones by each other, over the API.
import { type Command, Option } from 'commander';
import pg from 'pg';
import type { Config } from '../config.js';
import type { Role } from '../domain/actor.js';
import { type UserId, userId, uuidIn } from '../domain/ids.js';
import { isoTime } from '../domain/time.js';
import { beginOperation, byOwnCommand } from '../house/operations.js';
import { changeRole, personNamed, rolesOf } from '../house/people.js';
import type { WithStores } from '../house/stores.js';
import type { Journal } from '../journal/journal.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';

type Parts = Readonly<{
  withStores: WithStores;
  config: () => Config;
  runtime: Runtime;
  print: (line: string) => void;
}>;

const ROLES: readonly Role[] = ['bidder', 'seller', 'analyst', 'operator', 'admin'];

/** Adds `gavel people roles`, `give` and `take`. */
export function registerPeople(program: Command, parts: Parts): void {
  const people = program.command('people').description('roles of who signs in with the house itself');
  people
    .command('roles')
    .description('the roles of a person, and who gave and took them')
    .argument('<person>', 'the e-mail address or the id')
    .action((person: string) =>
      withPerson(parts, person, async (database, id) => {
        const { roles, changes } = await rolesOf(database, id);
        parts.print(`${id}: ${roles.join(', ')}`);
        for (const { role, isGiven, by, reason, at } of changes)
          parts.print(`${isoTime(at)} ${isGiven ? 'given' : 'taken'} ${role} by ${by ?? 'the house'}: ${reason}`);
      }),
    );
  for (const [name, isGiven] of [
    ['give', true],
    ['take', false],
  ] as const)
    people
      .command(name)
      .description(`${name} a role; operators and admins need a second factor before it counts`)
      .argument('<person>', 'the e-mail address or the id')
      .addOption(new Option('--role <role>', 'which').choices(ROLES).makeOptionMandatory())
      .requiredOption('--reason <text>', 'why; it is kept for good')
      .action((person: string, { role, reason }: Readonly<{ role: Role; reason: string }>) =>
        withPerson(parts, person, async (database, id, journal) => {
          const change = { role, isGiven, by: null, reason, at: parts.runtime.now() };
          const unchanged = () => new OperatorError(`the person ${isGiven ? 'has' : 'does not have'} the role ${role}`);
          if ((await rolesOf(database, id)).roles.includes(role) === isGiven) throw unchanged();
          const operation = isGiven ? 'RoleGiven' : 'RoleTaken';
          const act = byOwnCommand({ operation, target: `user-${id}`, detail: role, reason });
          await beginOperation(journal, parts.runtime)(act);
          if (!(await changeRole(database, id, change))) throw unchanged();
          parts.print(`${id}: ${role} ${isGiven ? 'given' : 'taken'}`);
        }),
      );
}

function withPerson(
  { withStores, config }: Parts,
  person: string,
  work: (client: pg.Client, id: UserId, journal: Journal) => Promise<void>,
): Promise<void> {
  return withStores(async ({ database, journal }) => {
    const client = new pg.Client(database);
    await client.connect();
    try {
      const id = uuidIn(person);
      await work(client, id === null ? await personNamed(client, config(), person) : userId(id), journal);
    } finally {
      await client.end();
    }
  });
}
