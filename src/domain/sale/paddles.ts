// Who may bid in a sale: by its own rule at once, or by staff. Numbers are given in order, and never twice.
import type { Facts } from '../actor.js';
import { REASON_LIMITS } from '../auction/listing.js';
import { accept, type Decision, reject } from '../decision.js';
import type { UserId } from '../ids.js';
import { idOf, isSelf, isStaff } from '../permissions.js';
import type { GivePaddle, RefusePaddle, RequestPaddle, SaleRejection } from './sale.commands.js';
import type { PaddleGiven, PaddleRefused, PaddleRequested, SaleEvent } from './sale.events.js';
import type { DraftedSale, Paddle } from './sale.state.js';
import { amountAt, textAt } from './sale-terms.js';

/** More than any sale is known to have had; the sale's state holds them all. */
export const PADDLES_MAX = 20_000;

type Judged = Decision<SaleEvent, SaleRejection>;

/** Somebody asks for a paddle, and gets it at once where the sale's rule is not `approval`. */
export function requestPaddle({ bidderId }: RequestPaddle, sale: DraftedSale, { at, actor, user }: Facts): Judged {
  if (!isSelf(actor, bidderId)) return reject({ reason: 'NotAllowed' });
  if (user.status === 'unknown') return reject({ reason: 'BidderUnknown' });
  if (user.status === 'suspended') return reject({ reason: 'BidderSuspended' });
  const objection = notTaken(sale) ?? KNOWN[sale.paddles.get(bidderId)?.status ?? 'none'];
  if (objection !== null) return reject(objection);
  const { registration, biddingLimit } = sale.terms;
  if (registration === 'approval') return accept<SaleEvent>({ type: 'PaddleRequested', bidderId, requestedAt: at });
  return accept<SaleEvent>(given(sale, { bidderId, biddingLimit, givenBy: null, givenAt: at }));
}

/** Staff give a paddle: to who asked, to who never did (at the desk), or again with another limit. */
export function givePaddle(
  { bidderId, biddingLimit }: GivePaddle,
  sale: DraftedSale,
  { at, actor, user }: Facts,
): Judged {
  if (!isStaff(actor)) return reject({ reason: 'NotAllowed' });
  if (user.status === 'unknown') return reject({ reason: 'BidderUnknown' });
  if (user.status === 'suspended') return reject({ reason: 'BidderSuspended' });
  const problem = biddingLimit === null ? null : amountAt('biddingLimit', biddingLimit);
  if (problem !== null) return reject({ reason: 'InvalidSale', ...problem });
  const known = sale.paddles.get(bidderId);
  const objection = notTaken(sale, known !== undefined);
  if (objection !== null) return reject(objection);
  if (known?.status === 'given' && known.biddingLimit === biddingLimit) return reject({ reason: 'PaddleAlreadyGiven' });
  return accept<SaleEvent>(given(sale, { bidderId, biddingLimit, givenBy: idOf(actor), givenAt: at }));
}

/** Staff refuse a paddle, or take it back. */
export function refusePaddle({ bidderId, reason }: RefusePaddle, sale: DraftedSale, { at, actor }: Facts): Judged {
  if (!isStaff(actor)) return reject({ reason: 'NotAllowed' });
  const problem = textAt('reason', reason, REASON_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidSale', ...problem });
  const known = sale.paddles.get(bidderId);
  if (known === undefined) return reject({ reason: 'PaddleUnknown' });
  if (known.status === 'refused') return reject({ reason: 'PaddleRefusedBefore' });
  return accept<SaleEvent>({ type: 'PaddleRefused', bidderId, reason, refusedBy: idOf(actor), refusedAt: at });
}

/** Where somebody stands after such an event. */
export function paddlesAfter(sale: DraftedSale, event: PaddleRequested | PaddleGiven | PaddleRefused): DraftedSale {
  const known = sale.paddles.get(event.bidderId);
  if (event.type === 'PaddleGiven') {
    if ((known?.paddle ?? sale.paddlesGiven + 1) !== event.paddle)
      throw new Error(`broken invariant: paddle ${event.paddle} is given, but ${sale.paddlesGiven} were`);
    const { paddle, biddingLimit } = event;
    const paddles = sale.paddles.with(event.bidderId, { status: 'given', paddle, biddingLimit });
    return { ...sale, paddles, paddlesGiven: Math.max(paddle, sale.paddlesGiven) };
  }
  const status = event.type === 'PaddleRequested' ? 'requested' : 'refused';
  const paddle = known?.paddle ?? null;
  return { ...sale, paddles: sale.paddles.with(event.bidderId, { status, paddle, biddingLimit: null }) };
}

const KNOWN: Readonly<Record<Paddle['status'] | 'none', SaleRejection | null>> = {
  none: null,
  requested: { reason: 'PaddleAlreadyRequested' },
  given: { reason: 'PaddleAlreadyGiven' },
  refused: { reason: 'PaddleRefusedBefore' },
};

function notTaken({ status, paddles }: DraftedSale, isKnown = false): SaleRejection | null {
  if (status !== 'published' && status !== 'open') return { reason: 'SaleNotInState', status };
  if (!isKnown && paddles.size >= PADDLES_MAX) return { reason: 'TooManyPaddles', paddlesMax: PADDLES_MAX };
  return null;
}

type Giving = Omit<PaddleGiven, 'type' | 'paddle'> & Readonly<{ bidderId: UserId }>;

const given = ({ paddles, paddlesGiven }: DraftedSale, giving: Giving): PaddleGiven => ({
  type: 'PaddleGiven',
  ...giving,
  paddle: paddles.get(giving.bidderId)?.paddle ?? paddlesGiven + 1,
});
