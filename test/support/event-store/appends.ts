// The double's Append and BatchAppend calls: from messages to the log and back to answers.

import shared from '@eventstore/db-client/generated/shared_pb.js';
import grpcStatus from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { Metadata, status as Status } from '@grpc/grpc-js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import wellKnown from 'google-protobuf/google/protobuf/empty_pb.js';
import { APPEND_BYTES_MAX, type Expected, type ProposedEvent, type Written } from './log.js';
import { nameOf } from './reads.js';

/** Writes to the log, or meets an accident instead: null is no answer at all. */
export type Writer = (stream: string, expected: Expected, events: readonly ProposedEvent[]) => Written | null;

type AppendReq = InstanceType<typeof streams.AppendReq>;
type AppendResp = InstanceType<typeof streams.AppendResp>;
export type AppendCall = ServerReadableStream<AppendReq, AppendResp>;
type BatchReq = InstanceType<typeof streams.BatchAppendReq>;
type BatchResp = InstanceType<typeof streams.BatchAppendResp>;
export type BatchCall = ServerDuplexStream<BatchReq, BatchResp>;

export function append(write: Writer, call: AppendCall, answer: sendUnaryData<AppendResp>): void {
  let options: InstanceType<typeof streams.AppendReq.Options> | undefined;
  const events: ProposedEvent[] = [];
  call.on('data', (message: AppendReq) => {
    options ??= message.getOptions();
    const proposed = message.getProposedMessage();
    if (proposed !== undefined) events.push(proposedEvent(proposed));
  });
  // A client that is gone gets no answer.
  call.on('error', () => undefined);
  call.on('end', () => {
    if (options === undefined) return answer({ code: Status.INVALID_ARGUMENT });
    const expected = options.hasNoStream()
      ? 'no stream'
      : options.hasStreamExists()
        ? 'stream exists'
        : options.hasAny()
          ? 'any'
          : Number(options.getRevision());
    const written = write(nameOf(options.getStreamIdentifier()), expected, events);
    if (written !== null) answerAppend(written, expected, answer);
  });
}

function answerAppend(written: Written, expected: Expected, answer: sendUnaryData<AppendResp>): void {
  const response = new streams.AppendResp();
  if (written.status === 'too large') {
    const metadata = new Metadata();
    metadata.set('exception', 'maximum-append-size-exceeded');
    metadata.set('maximum-append-size', `${APPEND_BYTES_MAX}`);
    answer({ code: Status.INVALID_ARGUMENT, details: 'Maximum Append Size Exceeded', metadata });
    return;
  }
  if (written.status === 'success') {
    const position = new streams.AppendResp.Position()
      .setCommitPosition(`${written.position}`)
      .setPreparePosition(`${written.position}`);
    const success = new streams.AppendResp.Success().setCurrentRevision(`${written.revision}`).setPosition(position);
    answer(null, response.setSuccess(success));
    return;
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (written.current < 0) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(`${written.current}`);
  if (expected === 'no stream') wrong.setExpectedNoStream(new shared.Empty());
  else if (expected === 'stream exists') wrong.setExpectedStreamExists(new shared.Empty());
  else if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
  else wrong.setExpectedRevision(`${expected}`);
  answer(null, response.setWrongExpectedVersion(wrong));
}

export function batchAppend(write: Writer, call: BatchCall): void {
  type Pending = { options: InstanceType<typeof streams.BatchAppendReq.Options>; events: ProposedEvent[] };
  const pending = new Map<string, Pending>();
  call.on('error', () => undefined);
  call.on('data', (message: BatchReq) => {
    const correlationId = message.getCorrelationId()?.getString() ?? '';
    const options = message.getOptions();
    if (options !== undefined) pending.set(correlationId, { options, events: [] });
    const request = pending.get(correlationId);
    if (request === undefined) return;
    request.events.push(...message.getProposedMessagesList().map(proposedEvent));
    if (!message.getIsFinal()) return;
    pending.delete(correlationId);
    const { options: wanted, events } = request;
    const expected = wanted.hasNoStream()
      ? 'no stream'
      : wanted.hasStreamExists()
        ? 'stream exists'
        : wanted.hasAny()
          ? 'any'
          : Number(wanted.getStreamPosition());
    const written = write(nameOf(wanted.getStreamIdentifier()), expected, events);
    if (written === null) return;
    const response = batchAnswer(written, expected);
    response.setCorrelationId(message.getCorrelationId());
    response.setStreamIdentifier(wanted.getStreamIdentifier());
    call.write(response);
  });
  call.on('end', () => call.end());
}

function batchAnswer(written: Written, expected: Expected): BatchResp {
  const response = new streams.BatchAppendResp();
  if (written.status === 'success') {
    const position = new shared.AllStreamPosition()
      .setCommitPosition(`${written.position}`)
      .setPreparePosition(`${written.position}`);
    const success = new streams.BatchAppendResp.Success().setCurrentRevision(`${written.revision}`);
    return response.setSuccess(success.setPosition(position));
  }
  const details = new any.Any();
  if (written.status === 'too large') {
    const tooLarge = new shared.MaximumAppendSizeExceeded().setMaxappendsize(APPEND_BYTES_MAX);
    details.pack(tooLarge.serializeBinary(), 'event_store.client.MaximumAppendSizeExceeded');
  } else {
    const wrong = new shared.WrongExpectedVersion();
    if (written.current < 0) wrong.setCurrentNoStream(new wellKnown.Empty());
    else wrong.setCurrentStreamRevision(`${written.current}`);
    if (expected === 'no stream') wrong.setExpectedNoStream(new wellKnown.Empty());
    else if (typeof expected === 'number') wrong.setExpectedStreamPosition(`${expected}`);
    details.pack(wrong.serializeBinary(), 'event_store.client.WrongExpectedVersion');
  }
  return response.setError(new grpcStatus.Status().setMessage(written.status).setDetails(details));
}

type Proposed =
  | InstanceType<typeof streams.AppendReq.ProposedMessage>
  | InstanceType<typeof streams.BatchAppendReq.ProposedMessage>;

const proposedEvent = (message: Proposed): ProposedEvent => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});
