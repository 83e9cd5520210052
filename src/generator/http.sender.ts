// The people of a plan as clients of the REST API, each under a token of their own.
import { z } from 'zod';
import type { Runtime } from '../runtime/runtime.js';
import type { Person } from './people.js';
import type { Message, Outcome, Sender, Wish } from './sender.js';

/** A house that does not answer for so long is taken to have broken down. */
const ANSWER_WITHIN_MS = 30_000;
const RETRY_MS = 1_000;

/** What is read of an answer; it has more. */
const answer = z.object({
  outcome: z.enum(['accepted', 'rejected', 'refused', 'busy', 'throttled', 'pending', 'fault']).optional(),
  reason: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  closesAt: z.iso.datetime().transform(Date.parse).optional(),
  bidNumber: z.int().optional(),
  minimumNextBid: z.string().regex(/^\d+$/).transform(BigInt).optional(),
  retryAfterMs: z.number().optional(),
});
type Answer = z.output<typeof answer>;
const graphQLAnswer = z.object({ data: z.unknown(), errors: z.array(z.object({ message: z.string() })).optional() });

export type HttpSenderParts = Readonly<{
  /** Where the API answers. */
  url: URL;
  /** A token with which this person may bid and sell. */
  tokenOf: (person: Person) => Promise<string>;
  runtime: Runtime;
}>;

export class HttpSender implements Sender {
  constructor(private readonly parts: HttpSenderParts) {}

  send(message: Message, cut: AbortSignal): Promise<Outcome> {
    const { by, wish } = message;
    const method = wish.kind === 'command' ? wish.method : 'POST';
    const body = wish.kind === 'photo' ? wish.bytes : JSON.stringify(bodyOf(message));
    const read = wish.kind === 'question' ? dataOf : outcomeOf;
    return this.ask(by, { method, path: pathOf(wish), body }, cut, read);
  }

  /** How a command was answered that this person sent by another way; null while the house knows of none. */
  answerTo(by: Person, commandId: string, cut: AbortSignal): Promise<Outcome | null> {
    return this.ask<null>(by, { method: 'GET', path: `/commands/${commandId}` }, cut, (response, text) =>
      response.status === 404 ? null : outcomeOf(response, text),
    );
  }

  private async ask<Else = never>(
    by: Person,
    { path, method, body }: Readonly<{ path: string; method: string; body?: string | Buffer }>,
    cut: AbortSignal,
    read: (response: Response, text: string) => Outcome | Else,
  ): Promise<Outcome | Else> {
    const { runtime, url, tokenOf } = this.parts;
    const late = new AbortController();
    const timer = runtime.startTimer(ANSWER_WITHIN_MS, () =>
      late.abort(new Error(`no answer within ${ANSWER_WITHIN_MS / 1_000} s`)),
    );
    try {
      const response = await fetch(new URL(path, url), {
        method,
        headers: {
          authorization: `Bearer ${await tokenOf(by)}`,
          ...(body !== undefined && { 'content-type': typeof body === 'string' ? 'application/json' : 'image/png' }),
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
        signal: AbortSignal.any([late.signal, cut]),
      });
      return read(response, await response.text());
    } catch (error) {
      return { kind: 'fault', message: reasonOf(error) };
    } finally {
      timer.cancel();
    }
  }
}

function pathOf(wish: Wish): string {
  switch (wish.kind) {
    case 'register':
      return '/users';
    case 'list':
      return '/auctions';
    case 'bid':
      return `/auctions/${wish.auctionId}/bids`;
    case 'retraction':
      return `/auctions/${wish.auctionId}/bids/${wish.bidNumber}/retraction`;
    case 'photo':
      return '/photos';
    case 'command':
      return wish.path;
    case 'question':
      return '/graphql';
  }
}

/** What is asked for, as the API takes it. */
export function bodyOf({ commandId, by, wish }: Message): Readonly<Record<string, unknown>> {
  switch (wish.kind) {
    case 'register':
      return { commandId, username: by.username, name: by.name, email: by.email };
    case 'list': {
      const { auctionId, title, description, category, startingPrice, reservePrice, durationMs } = wish.listing;
      const { softCloseWindowMs: windowMs, retraction, photos } = wish.listing;
      const softClose = windowMs === null ? null : { windowMs, extensionsMax: 10, extensionTotalMaxMs: null };
      const prices = { startingPrice: startingPrice.toString(), reservePrice: reservePrice?.toString() ?? null };
      const terms = { currency: 'USD', ...prices, softClose, retraction };
      return { commandId, auctionId, item: { title, description, category, photos }, terms, durationMs };
    }
    case 'bid':
      return { commandId, amount: wish.amount.toString(), currency: wish.currency };
    case 'retraction':
      return { commandId, reason: 'TypingError' };
    case 'photo':
      return { commandId };
    case 'command':
      return { commandId, ...wish.body };
    case 'question':
      return { query: wish.document, variables: wish.variables };
  }
}

function outcomeOf(response: Response, text: string): Outcome {
  const told = jsonOf(text);
  const read = answer.safeParse(told);
  if (!read.success) return { kind: 'fault', message: `an answer that is none (${response.status})` };
  const { outcome, reason, code, message, closesAt = null, bidNumber = null, minimumNextBid = null } = read.data;
  switch (outcome) {
    case 'accepted':
      return { kind: 'accepted', closesAt, bidNumber, told };
    case 'rejected':
    case 'refused':
      return { kind: 'refused', reason: reason ?? 'for no reason', minimumNextBid };
    case 'busy':
    case 'throttled':
    case 'pending':
      // What is pending is asked for by sending it again: the same command gets the same answer.
      return { kind: 'held', reason: outcome, afterMs: waitOf(response, read.data), everybody: false };
    case 'fault':
      return { kind: 'fault', message: message ?? 'a fault' };
    case undefined:
      if (response.ok) return { kind: 'accepted', closesAt, bidNumber, told };
      if (response.status === 429)
        return { kind: 'held', reason: 'limit of requests', afterMs: waitOf(response, read.data), everybody: true };
      if (code === 'PhotosBusy')
        return { kind: 'held', reason: code, afterMs: waitOf(response, read.data), everybody: false };
      return { kind: 'fault', message: `${response.status} ${code ?? ''}: ${message ?? text.slice(0, 100)}` };
  }
}

/** An answer of GraphQL: its data, or the first thing that is wrong. */
function dataOf(response: Response, text: string): Outcome {
  if (!response.ok) return outcomeOf(response, text);
  const read = graphQLAnswer.safeParse(jsonOf(text));
  if (!read.success) return { kind: 'fault', message: `an answer that is none (${response.status})` };
  const { data, errors } = read.data;
  if (errors !== undefined) return { kind: 'fault', message: errors[0]?.message ?? 'GraphQL answers with an error' };
  return { kind: 'accepted', closesAt: null, bidNumber: null, told: data };
}

/** The body tells it exactly, the header in whole seconds. */
function waitOf({ headers }: Response, { retryAfterMs }: Answer): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : RETRY_MS;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` says "fetch failed" and tells why in the cause. */
export function reasonOf(error: unknown): string {
  if (!(typeof error === 'object' && error !== null && 'message' in error)) return String(error);
  const { cause } = error as { cause?: unknown };
  return cause === undefined ? String(error.message) : reasonOf(cause);
}
