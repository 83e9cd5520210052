// Every fact and every request there is, and the streams they belong to.
import type { AuctionCommand } from './auction/auction.commands.js';
import type { AuctionEvent } from './auction/auction.events.js';
import { type AuctionId, auctionId, type Branded, type UserId, userId } from './ids.js';
import type { RefusalEvent } from './refusal.events.js';
import type { UserCommand } from './user/user.commands.js';
import type { UserEvent } from './user/user.events.js';

export type DomainEvent = AuctionEvent | UserEvent | RefusalEvent;
export type Command = AuctionCommand | UserCommand;

/** `auction-<uuid>`, `user-<uuid>` or `refusals-<uuid>`. */
export type StreamId = Branded<string, 'StreamId'>;

export const auctionStream = (id: AuctionId): StreamId => `auction-${id}` as StreamId;
export const userStream = (id: UserId): StreamId => `user-${id}` as StreamId;
export const refusalsStream = (id: AuctionId | UserId): StreamId => `refusals-${id}` as StreamId;

export type StreamOwner =
  | Readonly<{ kind: 'auction'; id: AuctionId }>
  | Readonly<{ kind: 'user'; id: UserId }>
  | Readonly<{ kind: 'refusals'; id: AuctionId }>;

/** What a stream is about; throws a `RangeError` on a name of no known form. Refusals name an auction or a user alike. */
export function streamOwner(stream: StreamId): StreamOwner {
  const dash = stream.indexOf('-');
  const [kind, id] = [stream.slice(0, dash), stream.slice(dash + 1)];
  if (kind === 'auction' || kind === 'refusals') return { kind, id: auctionId(id) };
  if (kind === 'user') return { kind, id: userId(id) };
  throw new RangeError(`"${stream}" is not the name of a stream`);
}

/** The id a command is ordered by: its auction's, or its user's. */
export const aggregateId = (command: Command): AuctionId | UserId =>
  'auctionId' in command ? command.auctionId : command.userId;
