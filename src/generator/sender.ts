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
  durationMs: number;
}>;

/** What somebody asks for. */
export type Wish =
  | Readonly<{ kind: 'register' }>
  | Readonly<{ kind: 'list'; listing: Listing }>
  | Readonly<{ kind: 'bid'; auctionId: string; amount: bigint }>
  | Readonly<{ kind: 'retraction'; auctionId: string; bidNumber: number }>;

export type WishKind = Wish['kind'];

/** A wish under its name: sent again under the same `commandId`, it is not done twice. */
export type Message = Readonly<{ by: Person; commandId: string; wish: Wish }>;

/** How the house answered. */
export type Outcome =
  /** Done. `closesAt` is in epoch ms, told of listings; `bidNumber` is told of bids. */
  | Readonly<{ kind: 'accepted'; closesAt: number | null; bidNumber: number | null }>
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
