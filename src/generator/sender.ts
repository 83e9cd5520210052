// How the synthetic people reach a house. A port: over HTTP today; whoever wants them to write to topics writes an adapter.
import type { Person } from './people.js';
import type { RetractionPolicy } from './plan.js';

export type Listing = Readonly<{
  auctionId: string;
  title: string;
  description: string;
  category: string;
  startingPrice: bigint;
  reservePrice: bigint | null;
  /** Ms that a late bid leaves to the others; null is no soft close. */
  softCloseWindowMs: number | null;
  retraction: RetractionPolicy;
  /** Ids of photos that the seller has sent. */
  photos: readonly string[];
  durationMs: number;
}>;

/** The topics by which some commands may travel as well. */
export type Topic = 'bids' | 'items' | 'users' | 'txn';

/** A command as docs/permissions.md lists it: its route, and its name and topic for messages where it has one. */
export type HouseCommand = Readonly<{
  kind: 'command';
  type: string;
  method: 'POST' | 'PUT';
  path: string;
  /** What the path names, which a message has among its fields. */
  named: Readonly<Record<string, string | number>>;
  body: object;
  topic: Topic | null;
}>;

/** What somebody asks for. */
export type Wish =
  | Readonly<{ kind: 'register' }>
  | Readonly<{ kind: 'list'; listing: Listing }>
  | Readonly<{ kind: 'bid'; auctionId: string; amount: bigint; currency: string }>
  | Readonly<{ kind: 'retraction'; auctionId: string; bidNumber: number }>
  | Readonly<{ kind: 'photo'; bytes: Buffer }>
  | HouseCommand
  /** A document of GraphQL; `told` of the answer is its data. */
  | Readonly<{ kind: 'question'; document: string; variables: object }>;

export type WishKind = Wish['kind'];

/** A wish under its name: sent again under the same `commandId`, it is not done twice. */
export type Message = Readonly<{ by: Person; commandId: string; wish: Wish }>;

/** How the house answered. */
export type Outcome =
  /** Done. `closesAt` is in epoch ms, told of listings; `bidNumber` is told of bids; `told` is all that the house said. */
  | Readonly<{ kind: 'accepted'; closesAt: number | null; bidNumber: number | null; told?: unknown }>
  /** Judged, and refused for this reason. */
  | Readonly<{ kind: 'refused'; reason: string; minimumNextBid: bigint | null }>
  /** Not taken yet: to be sent again after so many ms. `everybody` is true where the house holds back all of ours. */
  | Readonly<{ kind: 'held'; reason: string; afterMs: number; everybody: boolean }>
  /** Something is broken, here or there. */
  | Readonly<{ kind: 'fault'; message: string }>;

export interface Sender {
  /** Resolves with the answer, whatever it is; it never rejects. `cut` gives up at once, with a fault. */
  send(message: Message, cut: AbortSignal): Promise<Outcome>;
}
