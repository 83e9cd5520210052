// The bearer token of commands that staff give over the house's own API.
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Config } from '../config.js';
import type { Instant } from '../domain/time.js';
import { developmentToken, userNamed } from '../house/development.js';
import { OperatorError } from '../runtime/operator-error.js';

export type StaffOptions = Readonly<{ user: string; tokenFile?: string; url?: string }>;

/** Adds the options by which such a command finds its house, and by which the house knows who asks. */
export const withStaffOptions = (command: Command): Command =>
  command
    .option('--user <who>', 'in whose name, with a development token for an operator', 'olga')
    .option('--token-file <path>', "a file with an operator's bearer token, where an identity provider issues them")
    .option('--url <url>', 'where the house answers; the one that is open on GAVEL_DATA unless given');

/** The token that these options name, or one for development. */
export async function staffToken({ tokenFile, user }: StaffOptions, config: Config, now: Instant): Promise<string> {
  if (tokenFile === undefined) return developmentToken(config, { userId: userNamed(user), roles: ['operator'], now });
  const text = await readFile(tokenFile, 'utf8').catch((error: unknown) => {
    throw new OperatorError(`--token-file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  return text.trim();
}
