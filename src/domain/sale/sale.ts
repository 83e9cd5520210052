// A sale: drafted with its terms, filled with lots, published, opened, closed; or cancelled before bidding begins. It knows its
// catalogue and who may bid; the bidding on a lot is judged by the lot's own auction.

import type { Facts } from '../actor.js';
import { REASON_LIMITS } from '../auction/listing.js';
import { accept, type Decision, reject } from '../decision.js';
import type { UserId } from '../ids.js';
import { idOf, isHouse, isStaff } from '../permissions.js';
import { addLot, catalogueAfter, publishSale, renumberLot, withdrawLot } from './catalogue.js';
import { LayeredMap } from './layered-map.js';
import { givePaddle, paddlesAfter, refusePaddle, requestPaddle } from './paddles.js';
import type { CancelSale, DraftSale, ReviseSale, SaleCommand, SaleRejection, SaleStatus } from './sale.commands.js';
import type { SaleDrafted, SaleEvent } from './sale.events.js';
import type { DraftedSale, Paddle, Sale, UndraftedSale } from './sale.state.js';
import { saleProblem, textAt } from './sale-terms.js';

export type * from './sale.state.js';

/** Every sale before its first event. */
export const undrafted: UndraftedSale = { status: 'undrafted' };

type Judged = Decision<SaleEvent, SaleRejection>;

/** Judges a command on a sale. The catalogue and the course are for staff; a paddle is asked for by the bidder. */
export function decide(command: SaleCommand, sale: Sale, facts: Facts): Judged {
  if (command.type === 'DraftSale')
    return sale.status === 'undrafted' ? draftSale(command, facts) : reject({ reason: 'SaleAlreadyDrafted' });
  if (sale.status === 'undrafted') return reject({ reason: 'SaleUnknown' });
  switch (command.type) {
    case 'ReviseSale':
      return reviseSale(command, sale, facts);
    case 'AddLot':
      return addLot(command, sale, facts);
    case 'RenumberLot':
      return renumberLot(command, sale, facts);
    case 'WithdrawLot':
      return withdrawLot(command, sale, facts);
    case 'PublishSale':
      return publishSale(sale, facts);
    case 'OpenSale':
      return openSale(sale, facts);
    case 'CloseSale':
      return closeSale(sale, facts);
    case 'CancelSale':
      return cancelSale(command, sale, facts);
    case 'RequestPaddle':
      return requestPaddle(command, sale, facts);
    case 'GivePaddle':
      return givePaddle(command, sale, facts);
    case 'RefusePaddle':
      return refusePaddle(command, sale, facts);
  }
}

function draftSale({ terms }: DraftSale, { at, actor }: Facts): Judged {
  if (!isStaff(actor)) return reject({ reason: 'NotAllowed' });
  const problem = saleProblem(terms, at);
  if (problem !== null) return reject({ reason: 'InvalidSale', ...problem });
  return accept<SaleEvent>({ type: 'SaleDrafted', terms, draftedBy: idOf(actor), draftedAt: at });
}

function reviseSale({ terms }: ReviseSale, sale: DraftedSale, { at, actor }: Facts): Judged {
  if (!isStaff(actor)) return reject({ reason: 'NotAllowed' });
  if (sale.status !== 'drafted') return reject({ reason: 'SaleNotInState', status: sale.status });
  if (terms.currency !== sale.terms.currency)
    return reject({ reason: 'InvalidSale', field: 'currency', problem: 'must stay: the lots have their prices in it' });
  const problem = saleProblem(terms, at);
  if (problem !== null) return reject({ reason: 'InvalidSale', ...problem });
  return accept<SaleEvent>({ type: 'SaleRevised', terms, revisedBy: idOf(actor), revisedAt: at });
}

function openSale({ status, terms }: DraftedSale, { at, actor }: Facts): Judged {
  if (!isHouse(actor)) return reject({ reason: 'NotAllowed' });
  if (status !== 'published') return reject({ reason: 'SaleNotInState', status });
  const { opensAt } = terms.course;
  if (at < opensAt) return reject({ reason: 'SaleNotDue', opensAt });
  return accept<SaleEvent>({ type: 'SaleOpened', opensAt, openedAt: at });
}

/** The house knows when the last lot of a timed sale has ended; in a hall only staff do. */
function closeSale({ status, terms }: DraftedSale, { at, actor }: Facts): Judged {
  const isTheirs = terms.course.kind === 'timed' ? isHouse(actor) : isStaff(actor);
  if (!isTheirs) return reject({ reason: 'NotAllowed' });
  if (status !== 'open') return reject({ reason: 'SaleNotInState', status });
  return accept<SaleEvent>({ type: 'SaleClosed', closedBy: idOf(actor), closedAt: at });
}

function cancelSale({ reason }: CancelSale, { status, terms }: DraftedSale, { at, actor }: Facts): Judged {
  if (!isStaff(actor)) return reject({ reason: 'NotAllowed' });
  if (status !== 'drafted' && status !== 'published') return reject({ reason: 'SaleNotInState', status });
  const problem = textAt('reason', reason, REASON_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidSale', ...problem });
  const { opensAt } = terms.course;
  if (status === 'published' && at >= opensAt) return reject({ reason: 'SaleHasBegun', opensAt });
  return accept<SaleEvent>({ type: 'SaleCancelled', reason, cancelledBy: idOf(actor), cancelledAt: at });
}

/** Which state an event of the sale's course follows on, and which it makes. */
const COURSE = {
  SaleRevised: [['drafted'], 'drafted'],
  SalePublished: [['drafted'], 'published'],
  SaleOpened: [['published'], 'open'],
  SaleClosed: [['open'], 'closed'],
  SaleCancelled: [['drafted', 'published'], 'cancelled'],
} as const satisfies Partial<Record<SaleEvent['type'], readonly [readonly SaleStatus[], SaleStatus]>>;

/** Applies a fact of a sale; never judges. Throws on a fact that cannot follow, which means a corrupt stream. */
export function evolve(sale: Sale, event: SaleEvent): DraftedSale {
  if (event.type === 'SaleDrafted') return drafted(sale, event);
  if (sale.status === 'undrafted') throw corrupt(event, sale);
  switch (event.type) {
    case 'LotAdded':
    case 'LotRenumbered':
    case 'LotWithdrawn':
      if (sale.status !== 'drafted') throw corrupt(event, sale);
      return catalogueAfter(sale, event);
    case 'PaddleRequested':
    case 'PaddleGiven':
    case 'PaddleRefused':
      return paddlesAfter(sale, event);
    case 'SaleRevised':
      return { ...moved(sale, event), terms: event.terms };
    case 'SalePublished':
      return { ...moved(sale, event), catalogue: event.lots };
    case 'SaleOpened':
    case 'SaleClosed':
    case 'SaleCancelled':
      return moved(sale, event);
  }
}

function drafted(sale: Sale, event: SaleDrafted): DraftedSale {
  if (sale.status !== 'undrafted') throw corrupt(event, sale);
  const { terms } = event;
  const nothing = {
    lots: new Map(),
    numbers: new Map(),
    catalogue: [],
    paddles: LayeredMap.empty<UserId, Paddle>(),
    paddlesGiven: 0,
  };
  return { status: 'drafted', terms, ...nothing };
}

function moved(sale: DraftedSale, event: Extract<SaleEvent, { type: keyof typeof COURSE }>): DraftedSale {
  const [from, to]: readonly [readonly SaleStatus[], SaleStatus] = COURSE[event.type];
  if (!from.includes(sale.status)) throw corrupt(event, sale);
  return { ...sale, status: to };
}

const corrupt = ({ type }: SaleEvent, { status }: Sale): Error =>
  new Error(`broken invariant: ${type} on a sale that is ${status}`);
