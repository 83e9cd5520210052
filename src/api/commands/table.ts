// Every command that people and machines may send. A new one is an entry in one of the tables.
import { AUCTION_COMMANDS } from './auctions.table.js';
import { BID_COMMANDS } from './bids.table.js';
import type { CommandDescription } from './description.js';
import { FRAUD_COMMANDS } from './fraud.table.js';
import { HALL_COMMANDS } from './hall.table.js';
import { PAYOUT_COMMANDS } from './payouts.table.js';
import { SALE_COMMANDS } from './sales.table.js';
import { SECOND_CHANCE_COMMANDS } from './second-chances.table.js';
import { TALK_COMMANDS } from './talk.table.js';
import { TRANSACTION_COMMANDS } from './transactions.table.js';
import { USER_COMMANDS } from './users.table.js';

/** The tables, by the heading that the documents have for them. */
const TABLES: readonly (readonly [tag: string, commands: readonly CommandDescription[]])[] = [
  ['auctions', [...AUCTION_COMMANDS, ...BID_COMMANDS]],
  ['transactions', TRANSACTION_COMMANDS],
  ['payouts', PAYOUT_COMMANDS],
  ['second chances', SECOND_CHANCE_COMMANDS],
  ['questions and feedback', TALK_COMMANDS],
  ['sales', SALE_COMMANDS],
  ['hall', HALL_COMMANDS],
  ['users', USER_COMMANDS],
  ['trust desk', FRAUD_COMMANDS],
];

export type TaggedCommand = CommandDescription & Readonly<{ tag: string }>;

export const COMMANDS: readonly TaggedCommand[] = TABLES.flatMap(([tag, commands]) =>
  commands.map((command) => ({ ...command, tag })),
);

const BY_TYPE = new Map<string, TaggedCommand>(COMMANDS.map((command) => [command.type, command]));
if (BY_TYPE.size < COMMANDS.length) throw new Error('a command is described twice (api/commands/table.ts)');

/** The description of a command; undefined for one that only the house itself sends. */
export const descriptionOf = (type: string): TaggedCommand | undefined => BY_TYPE.get(type);
