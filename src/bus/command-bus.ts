// The command bus: requests in, ordered by auction (or user) id, answers out. It stamps the arrival time, so that one
// clock a partition decides, never a client's. Adapters: in-process here, Kafka where one machine is not enough.
import type { Actor } from '../domain/actor.js';
import type { CommandId } from '../domain/ids.js';
import type { Command, DomainEvent, StreamId } from '../domain/messages.js';
import type { Rejection } from '../domain/refusal.events.js';
import type { Instant } from '../domain/time.js';

/** A request as its sender hands it over. `commandId` is the sender's own, scoped to sender and aggregate. */
export type CommandEnvelope = Readonly<{
  command: Command;
  commandId: CommandId;
  actor: Actor;
  correlationId: string | null;
}>;

/** A request in its partition, stamped with the time at which the queue took it. */
export type ArrivedCommand = CommandEnvelope & Readonly<{ arrivedAt: Instant; partition: number }>;

/**
 * The answer. `repeated` tells that the command had been answered before and that this is that first answer again.
 * `busy`: nothing was taken; try again with the same id. `refused`: the command never reached a rule (its id was used for
 * another request, or is too old or too far in the future to be told from a repeat). `throttled`: too many commands of this
 * person on this auction or account were just refused, and this one was not judged; the same id may be sent again. `fault`:
 * something is broken here; the command had no effect that is known, and the same id may be sent again.
 */
export type Outcome =
  | Readonly<{
      status: 'accepted';
      streamId: StreamId;
      /** The stream's revision after the command's last event. */
      revision: number;
      events: readonly DomainEvent[];
      repeated: boolean;
    }>
  | Readonly<{ status: 'rejected'; rejection: Rejection; judgedAtRevision: number; repeated: boolean }>
  | Readonly<{ status: 'refused'; reason: 'CommandIdReused' | 'CommandTooOld' | 'CommandFromTheFuture' }>
  | Readonly<{ status: 'busy' | 'throttled'; retryAfterMs: number }>
  | Readonly<{ status: 'fault'; code: string; message: string; retryable: boolean }>;

/**
 * Judges a batch of one partition's commands and answers them in the order given. It must not reject. It may be called
 * with the next batch before it has answered the one before; batches are to be judged in the order of the calls.
 */
export type BatchHandler = (batch: readonly ArrivedCommand[]) => Promise<readonly Outcome[]>;

/** A worker on partitions of the bus; `drain` stops taking, answers all that was taken, and resolves. */
export type BusRunner = Readonly<{ drain(): Promise<void> }>;

export interface CommandBus {
  readonly partitions: number;
  /** Answers when the command is judged and its effect durable; `busy` at once when the partition's queue is full. */
  submit(envelope: CommandEnvelope): Promise<Outcome>;
  /** Feeds one partition's commands to `handler`, batch after batch, until drained. One runner a partition. */
  run(partition: number, handler: BatchHandler): BusRunner;
  /** Commands taken and not yet answered. */
  depth(): number;
  /** Refuses new commands with `busy` and resolves when all taken ones are answered. Idempotent. */
  drain(): Promise<void>;
}
