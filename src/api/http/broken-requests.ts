// Bytes that are no HTTP request never reach the framework: Node hands over the socket, and the answer is written by hand.
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ApiError } from './api-error.js';
import { errorBodyOf } from './errors.js';

type BrokenRequest = Error & Readonly<{ code?: string }>;

/** Answers what Node could not parse, with the same body as every other error, and hangs up. */
export function answerBrokenRequest(error: BrokenRequest, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = refusalOf(error.code);
  const body = JSON.stringify(errorBodyOf(refusal, requestId));
  socket.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}\r\n` +
      `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Request-Id: ${requestId}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function refusalOf(code: string | undefined): ApiError {
  if (code === 'HPE_HEADER_OVERFLOW') return new ApiError(431, 'HeadersTooLarge', 'the headers are too large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ApiError(408, 'RequestTooSlow', 'the request took too long to arrive');
  return new ApiError(400, 'NotHttp', 'this is not a valid HTTP request');
}
