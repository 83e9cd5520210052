// `gavel token`: a token to try the API with.
import { type Command, Option } from 'commander';
import type { Config } from '../config.js';
import type { Role } from '../domain/actor.js';
import type { Instant } from '../domain/time.js';
import { developmentToken, userNamed } from '../house/development.js';

const ROLES: readonly Role[] = ['bidder', 'seller', 'analyst', 'operator', 'admin'];

type Options = Readonly<{ role: readonly Role[]; user: string }>;

export type TokenParts = Readonly<{ config: () => Config; now: () => Instant; print: (line: string) => void }>;

/** Adds `gavel token --role ROLE… --user WHO`, which prints the token and nothing else. */
export function registerToken(program: Command, { config, now, print }: TokenParts): void {
  const role = new Option('--role <role...>', 'what the bearer may do; may be given several times')
    .choices(ROLES)
    .makeOptionMandatory();
  program
    .command('token')
    .description('print a bearer token for a day, signed with the development secret of the data directory')
    .addOption(role)
    .requiredOption('--user <who>', "a user's id, or a name, as ann, that stands for the same id everywhere")
    .action(async (options: Options) => {
      const person = { userId: userNamed(options.user), roles: [...new Set(options.role)], now: now() };
      print(await developmentToken(config(), person));
    });
}
