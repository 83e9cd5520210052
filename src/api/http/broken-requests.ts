// Bytes that are no HTTP request never reach the framework: Node hands over the socket, and the answer is written by hand.
import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ApiError } from './api-error.js';
import { errorBodyOf } from './errors.js';

const JSON_TYPE = 'application/json; charset=utf-8';

type BrokenRequest = Error & Readonly<{ code?: string }>;

/** Answers what Node could not parse, with the same body as every other error, and hangs up. */
export function answerBrokenRequest(error: BrokenRequest, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  hangUp(socket, refusalOf(error.code), requestId);
}

/** Answers what Node would answer without a word: other expectations than 100-continue, and CONNECT. */
export function answerOddRequests(server: Server, newId: () => string): void {
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    const refusal = new ApiError(417, 'ExpectationUnknown', 'the only expectation that is met here is 100-continue');
    const requestId = newId();
    const body = JSON.stringify(errorBodyOf(refusal, requestId));
    const length = Buffer.byteLength(body);
    response
      .writeHead(refusal.status, { 'content-type': JSON_TYPE, 'content-length': length, 'x-request-id': requestId })
      .end(body);
  });
  server.on('connect', (_request, socket) => {
    // The client may be gone before it is answered.
    socket.on('error', () => socket.destroy());
    hangUp(socket, new ApiError(405, 'MethodNotAllowed', 'this is no proxy: CONNECT is not answered'), newId());
  });
}

function hangUp(socket: Duplex, refusal: ApiError, requestId: string): void {
  const body = JSON.stringify(errorBodyOf(refusal, requestId));
  socket.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}\r\n` +
      `Content-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Request-Id: ${requestId}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function refusalOf(code: string | undefined): ApiError {
  if (code === 'HPE_HEADER_OVERFLOW') return new ApiError(431, 'HeadersTooLarge', 'the headers are too large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ApiError(408, 'RequestTooSlow', 'the request took too long to arrive');
  return new ApiError(400, 'NotHttp', 'this is not a valid HTTP request');
}
