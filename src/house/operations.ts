// Acts of people on the house itself go on record before they are done, in the journal, and so into the archive and the audit log.
import { userInfo } from 'node:os';
import type { Operation } from '../domain/house/operation.events.js';
import { operationId } from '../domain/ids.js';
import { operationStream } from '../domain/messages.js';
import { type Journal, NO_STREAM } from '../journal/journal.js';
import type { Runtime } from '../runtime/runtime.js';

/** Records that somebody begins an act; durable when it resolves. It rejects if that cannot be recorded: then nothing may be done. */
export type BeginOperation = (operation: Operation) => Promise<void>;

export const beginOperation =
  (journal: Pick<Journal, 'append'>, runtime: Runtime): BeginOperation =>
  async (operation) => {
    const at = runtime.now();
    const meta = { commandId: null, actorId: operation.by, fingerprint: null, correlationId: null, causationId: null };
    const events = [{ event: { type: 'OperationBegun', ...operation, begunAt: at } as const, occurredAt: at, meta }];
    const streamId = operationStream(operationId(runtime.uuid()));
    const [result] = await journal.append([{ streamId, expected: NO_STREAM, events, restsOn: [] }]);
    if (result?.status !== 'appended')
      throw new Error(`${operation.operation} could not be recorded, so it is not done`, {
        cause: result?.status === 'unknown' ? result.cause : undefined,
      });
  };

type OwnCommand = Pick<Operation, 'operation' | 'target'> & Partial<Pick<Operation, 'detail' | 'reason'>>;

/** An act by one of the house's own commands: nobody has a token there, so the account of the operating system tells who it was. */
export const byOwnCommand = ({ detail = null, reason = null, ...act }: OwnCommand): Operation => ({
  ...act,
  by: null,
  account: accountName(),
  detail,
  reason,
});

/** A container may run under a number that has no name. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
