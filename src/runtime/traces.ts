// Where a command's time goes, told to whoever collects traces. A port: who does not listen has null in its place, and then
// nothing is wrapped and nothing is asked. A command's trace bears the command's own id, so what one process does for
// a command lands beside what others do, and no message carries anything for it.
import type { AuctionId, CommandId } from '../domain/ids.js';

/** Something that was done for a command. Times in epoch milliseconds, with fractions. */
export type TraceSpan = Readonly<{
  name: string;
  startMs: number;
  endMs: number;
  /** Words and numbers of the house's own; nothing of what a client sent. */
  attributes?: Readonly<Record<string, string | number>>;
  /** The one that all others of the command are part of. */
  isRoot?: boolean;
}>;

/** A request while it is answered. `commandId` is the last command that it brought. */
export type TracedRequest = { commandId: CommandId | null };

export interface Traces {
  /** Now, as spans tell it. */
  nowMs(): number;
  /** Whether this command is among those that are followed. Every process says the same of it. */
  follows(commandId: CommandId | null): commandId is CommandId;
  span(commandId: CommandId, span: TraceSpan): void;
  /** Does `work` and all that follows from it as a part of this request. */
  inRequest(request: TracedRequest, work: () => void): void;
  /** The request that this is a part of. */
  request(): TracedRequest | undefined;
  /** News of a command is on its way to those who watch the auction. */
  onItsWay(commandId: CommandId, auctionId: AuctionId, revision: number): void;
  /** A socket was told of the auction as it stands at this revision. */
  told(auctionId: AuctionId, revision: number): void;
  /** Sends what is left. */
  close(): Promise<void>;
}
