// What people do to the house itself and not by a command: each act in a stream of its own, `operation-<id>`.
import type { UserId } from '../ids.js';
import type { Instant } from '../time.js';

export const OPERATIONS = [
  'RoleGiven',
  'RoleTaken',
  'AlertAcknowledged',
  'AlertsSilenced',
  'StreamReplayed',
  'MessageReplayed',
  'SilverRebuilt',
  'SilverRolledBack',
  'PreviousSilverDropped',
  'ErasuresApplied',
  'HallFilesTaken',
  'KeysRotated',
] as const;
export type OperationKind = (typeof OPERATIONS)[number];

/** An act before it is on record. `by` is null for whoever has the house's own commands: `account` tells whose shell it was. */
export type Operation = Readonly<{
  operation: OperationKind;
  by: UserId | null;
  /** The account of the operating system, for an act by the house's own commands. */
  account: string | null;
  /** What it is done to: the name of a stream, or of a part of the house. */
  target: string;
  /** A few words more, without anybody's data. */
  detail: string | null;
  /** Why, in the words of whoever does it. For staff alone. */
  reason: string | null;
}>;

/** Recorded before the act: one that then fails is on record, and none is done that is not. */
export type OperationBegun = Operation & Readonly<{ type: 'OperationBegun'; begunAt: Instant }>;
