// The catalogue of a sale: lots are put in, renumbered and taken out until it is published, and stand from then on.

import type { Facts } from '../actor.js';
import { REASON_LIMITS } from '../auction/listing.js';
import { accept, type Decision, reject } from '../decision.js';
import { isRelistingId } from '../ids.js';
import { idOf, isStaff } from '../permissions.js';
import { compareLotNumbers, lotNumberProblem, nextLotNumber } from './lot-number.js';
import type { AddLot, RenumberLot, SaleRejection, WithdrawLot } from './sale.commands.js';
import type { CatalogueEntry, LotAdded, LotRenumbered, LotWithdrawn, SaleEvent } from './sale.events.js';
import type { DraftedSale } from './sale.state.js';
import { closeAt, LOTS_MAX, lotProblem, textAt } from './sale-terms.js';

type Judged = Decision<SaleEvent, SaleRejection>;

/** Staff put a lot in for its seller. Its id is one that the house alone gives out, so that nobody can list it first. */
export function addLot(command: AddLot, sale: DraftedSale, { at, actor, user }: Facts): Judged {
  if (!isStaff(actor)) return reject({ reason: 'NotAllowed' });
  if (sale.status !== 'drafted') return reject({ reason: 'SaleNotInState', status: sale.status });
  if (user.status === 'unknown') return reject({ reason: 'SellerUnknown' });
  if (user.status === 'suspended') return reject({ reason: 'SellerSuspended' });
  const { lotId, sellerId, details } = command;
  if (!isRelistingId(lotId)) return invalid('lotId', 'must be a UUID of version 8');
  if (sale.lots.has(lotId)) return reject({ reason: 'LotAlreadyAdded' });
  if (sale.numbers.size >= LOTS_MAX) return reject({ reason: 'SaleFull', lotsMax: LOTS_MAX });
  const lotNumber = command.lotNumber ?? nextLotNumber(sale.numbers.keys());
  const objection = numberObjection(lotNumber, sale);
  if (objection !== null) return reject(objection);
  const problem = lotProblem(sale.terms, details);
  if (problem !== null) return reject({ reason: 'InvalidSale', ...problem });
  return accept<SaleEvent>({ type: 'LotAdded', lotId, lotNumber, sellerId, details, addedAt: at });
}

export function renumberLot({ lotId, lotNumber }: RenumberLot, sale: DraftedSale, { at, actor }: Facts): Judged {
  if (!isStaff(actor)) return reject({ reason: 'NotAllowed' });
  if (sale.status !== 'drafted') return reject({ reason: 'SaleNotInState', status: sale.status });
  const lot = sale.lots.get(lotId);
  if (lot === undefined) return reject({ reason: 'LotUnknown' });
  const objection = numberObjection(lotNumber, sale);
  if (objection !== null) return reject(objection);
  const { lotNumber: previousNumber } = lot;
  return accept<SaleEvent>({ type: 'LotRenumbered', lotId, previousNumber, lotNumber, renumberedAt: at });
}

export function withdrawLot({ lotId, reason }: WithdrawLot, sale: DraftedSale, { at, actor }: Facts): Judged {
  if (!isStaff(actor)) return reject({ reason: 'NotAllowed' });
  if (sale.status !== 'drafted') return reject({ reason: 'SaleNotInState', status: sale.status });
  const lot = sale.lots.get(lotId);
  if (lot === undefined) return reject({ reason: 'LotUnknown' });
  const problem = textAt('reason', reason, REASON_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidSale', ...problem });
  return accept<SaleEvent>({ type: 'LotWithdrawn', lotId, lotNumber: lot.lotNumber, reason, withdrawnAt: at });
}

/** Fixes the catalogue, by number, and with it when each lot of a timed sale closes. */
export function publishSale(sale: DraftedSale, { at, actor }: Facts): Judged {
  if (!isStaff(actor)) return reject({ reason: 'NotAllowed' });
  if (sale.status !== 'drafted') return reject({ reason: 'SaleNotInState', status: sale.status });
  if (sale.lots.size === 0) return reject({ reason: 'SaleHasNoLots' });
  const { course } = sale.terms;
  if (course.opensAt <= at) return invalid('opensAt', 'must lie ahead; revise the sale');
  const inOrder = [...sale.lots.values()].sort((a, b) => compareLotNumbers(a.lotNumber, b.lotNumber));
  const lots = inOrder.map(
    ({ lotId, lotNumber }, place): CatalogueEntry => ({
      lotId,
      lotNumber,
      closesAt: course.kind === 'timed' ? closeAt(course, place) : null,
    }),
  );
  return accept<SaleEvent>({ type: 'SalePublished', lots, publishedBy: idOf(actor), publishedAt: at });
}

/** The catalogue after such an event. Throws on one that cannot follow. */
export function catalogueAfter(sale: DraftedSale, event: LotAdded | LotRenumbered | LotWithdrawn): DraftedSale {
  const { lotId, lotNumber } = event;
  const lots = new Map(sale.lots);
  const numbers = new Map(sale.numbers);
  const known = lots.get(lotId);
  if ((known === undefined) !== (event.type === 'LotAdded'))
    throw new Error(`broken invariant: ${event.type} of lot ${lotId}`);
  if (known !== undefined) numbers.delete(known.lotNumber);
  if (event.type === 'LotAdded') {
    const { sellerId, details } = event;
    lots.set(lotId, { lotId, lotNumber, sellerId, details });
  } else if (event.type === 'LotRenumbered' && known !== undefined) lots.set(lotId, { ...known, lotNumber });
  else lots.delete(lotId);
  if (event.type !== 'LotWithdrawn') numbers.set(lotNumber, lotId);
  return { ...sale, lots, numbers };
}

function numberObjection(lotNumber: string, { numbers }: DraftedSale): SaleRejection | null {
  const problem = lotNumberProblem(lotNumber);
  if (problem !== null) return { reason: 'InvalidSale', field: 'lotNumber', problem };
  return numbers.has(lotNumber) ? { reason: 'LotNumberTaken', lotNumber } : null;
}

const invalid = (field: string, problem: string) => reject({ reason: 'InvalidSale', field, problem } as const);
