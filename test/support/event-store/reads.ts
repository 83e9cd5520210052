// The double's Read call: events of a stream or of $all, in both directions, and subscriptions to $all.

import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { EventLog, LoggedEvent } from './log.js';

type Request = InstanceType<typeof streams.ReadReq>;
type Response = InstanceType<typeof streams.ReadResp>;
type Options = InstanceType<typeof streams.ReadReq.Options>;
export type ReadCall = ServerWritableStream<Request, Response>;

export function read(log: EventLog, call: ReadCall): void {
  const options = call.request.getOptions();
  if (options === undefined) call.destroy(new Error('a read without options'));
  else if (options.hasSubscription()) subscribe(log, options, call);
  else if (options.hasAll()) finish(call, allEvents(log, options));
  else readStream(log, options, call);
}

function finish(call: ReadCall, events: readonly LoggedEvent[]): void {
  for (const event of events) call.write(eventResponse(event));
  call.end();
}

function readStream(log: EventLog, options: Options, call: ReadCall): void {
  const wanted = options.getStream();
  const identifier = wanted?.getStreamIdentifier();
  const held = log.stream(nameOf(identifier));
  if (held === undefined) {
    const missing = new streams.ReadResp.StreamNotFound();
    missing.setStreamIdentifier(identifier);
    call.write(new streams.ReadResp().setStreamNotFound(missing));
    call.end();
    return;
  }
  const count = Number(options.getCount());
  if (options.getReadDirection() === 0) {
    const from = wanted?.hasRevision() ? Number(wanted.getRevision()) : wanted?.hasEnd() ? held.length : 0;
    finish(call, held.slice(from, from + count));
  } else {
    // Backwards a revision is inclusive.
    const from = wanted?.hasRevision() ? Number(wanted.getRevision()) : wanted?.hasEnd() ? held.length - 1 : 0;
    finish(
      call,
      held
        .slice(0, from + 1)
        .reverse()
        .slice(0, count),
    );
  }
}

function allEvents(log: EventLog, options: Options): readonly LoggedEvent[] {
  const from = options.getAll();
  const count = Number(options.getCount());
  const at = BigInt(from?.getPosition()?.getCommitPosition() ?? 0);
  // Forwards a position is inclusive; backwards it stands for the gap before its event.
  if (options.getReadDirection() === 0) {
    if (from?.hasEnd()) return [];
    return log.events.filter(({ position }) => from?.hasStart() || position >= at).slice(0, count);
  }
  if (from?.hasStart()) return [];
  return log.events
    .filter(({ position }) => from?.hasEnd() || position < at)
    .reverse()
    .slice(0, count);
}

/** From a position on, which is exclusive here; from the end on; or from the beginning. */
function subscribe(log: EventLog, options: Options, call: ReadCall): void {
  const from = options.getAll();
  const at = BigInt(from?.getPosition()?.getCommitPosition() ?? 0);
  const prefixes = options.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? null;
  const isWanted = ({ stream }: LoggedEvent): boolean =>
    prefixes === null || prefixes.some((prefix) => stream.startsWith(prefix));
  let sent = from?.hasEnd()
    ? log.events.length
    : log.events.filter(({ position }) => !from?.hasStart() && position <= at).length;
  const send = (): void => {
    for (; sent < log.events.length; sent++) {
      const event = log.events[sent];
      if (event !== undefined && isWanted(event)) call.write(eventResponse(event));
    }
  };
  const confirmation = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(crypto.randomUUID());
  call.write(new streams.ReadResp().setConfirmation(confirmation));
  send();
  call.write(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
  const stop = log.onRecord(send);
  call.on('cancelled', stop);
  call.on('close', stop);
}

function eventResponse(logged: LoggedEvent): Response {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(logged.id))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(logged.stream)))
    .setStreamRevision(`${logged.revision}`)
    .setCommitPosition(`${logged.position}`)
    .setPreparePosition(`${logged.transactionPosition}`)
    .setData(logged.data)
    .setCustomMetadata(logged.metadata);
  recorded
    .getMetadataMap()
    .set('type', logged.type)
    .set('content-type', logged.contentType)
    // In ticks of 100 nanoseconds.
    .set('created', `${BigInt(logged.createdMs) * 10_000n}`);
  const event = new streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(`${logged.position}`);
  return new streams.ReadResp().setEvent(event);
}

export const nameOf = (identifier: InstanceType<typeof shared.StreamIdentifier> | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();
