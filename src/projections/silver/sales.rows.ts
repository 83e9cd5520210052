// What a batch comes to for sales: their courses, lots and paddles. All of a sale comes from the sale's own stream. Of each lot and
// paddle the last word in a batch counts, so that a catalogue of two thousand lots is a handful of statements.

import type {
  LotAdded,
  LotRenumbered,
  LotWithdrawn,
  PaddleGiven,
  PaddleRefused,
  PaddleRequested,
  SaleDrafted,
  SaleEvent,
  SaleTerms,
} from '../../domain/sale/sale.events.js';
import { isoTime } from '../../domain/time.js';

type Value = string | number | bigint | null;

/** One sale's changes in a batch; null is "as it was". `before` is the revision they build on. */
export type SaleChange = {
  readonly saleId: string;
  readonly before: number;
  revision: number;
  drafted: SaleDrafted | null;
  revised: SaleTerms | null;
  status: 'published' | 'open' | 'closed' | 'cancelled' | null;
  publishedAt: string | null;
  openedAt: string | null;
  closedAt: string | null;
  cancelledAt: string | null;
  cancelReason: string | null;
};

/** A lot in a batch. `isGone`: a row from before this batch is dropped, whether the lot is added again or not. */
export type LotChange = {
  readonly saleId: string;
  readonly lotId: string;
  lotNumber: string;
  added: LotAdded | null;
  isGone: boolean;
};
export type NewLot = LotChange & { readonly added: LotAdded };
export type LotClose = Readonly<{ lotId: string; closesAt: string }>;

export type PaddleChange = Readonly<{
  saleId: string;
  bidderId: string;
  status: 'requested' | 'given' | 'refused';
  /** Null: the one that the bidder has, if any. */
  paddle: number | null;
  biddingLimit: bigint | null;
  reason: string | null;
  requestedAt: string | null;
  decidedAt: string | null;
  decidedBy: string | null;
}>;

export type SalesChange = Readonly<{
  sales: Map<string, SaleChange>;
  lots: Map<string, LotChange>;
  closes: LotClose[];
  /** By sale and bidder. */
  paddles: Map<string, PaddleChange>;
}>;

export const noSales = (): SalesChange => ({ sales: new Map(), lots: new Map(), closes: [], paddles: new Map() });

/** Takes over what an event of a sale says. */
export function noteSaleEvent(batch: SalesChange, saleId: string, revision: number, event: SaleEvent): void {
  const change = batch.sales.get(saleId) ?? unchangedSale(saleId, revision - 1);
  batch.sales.set(saleId, change);
  change.revision = revision;
  switch (event.type) {
    case 'LotAdded':
    case 'LotRenumbered':
    case 'LotWithdrawn':
      noteLot(batch.lots, saleId, event);
      return;
    case 'PaddleRequested':
    case 'PaddleGiven':
    case 'PaddleRefused':
      notePaddle(batch.paddles, saleId, event);
      return;
    case 'SalePublished':
      for (const { lotId, closesAt } of event.lots)
        if (closesAt !== null) batch.closes.push({ lotId, closesAt: isoTime(closesAt) });
  }
  noteCourse(change, event);
}

type OfCourse = Exclude<SaleEvent, { type: `Lot${string}` | `Paddle${string}` }>;

function noteCourse(change: SaleChange, event: OfCourse): void {
  switch (event.type) {
    case 'SaleDrafted':
      change.drafted = event;
      return;
    case 'SaleRevised':
      change.revised = event.terms;
      return;
    case 'SalePublished':
      change.status = 'published';
      change.publishedAt = isoTime(event.publishedAt);
      return;
    case 'SaleOpened':
      change.status = 'open';
      change.openedAt = isoTime(event.openedAt);
      return;
    case 'SaleClosed':
      change.status = 'closed';
      change.closedAt = isoTime(event.closedAt);
      return;
    case 'SaleCancelled':
      change.status = 'cancelled';
      change.cancelledAt = isoTime(event.cancelledAt);
      change.cancelReason = event.reason;
      return;
  }
}

function noteLot(lots: Map<string, LotChange>, saleId: string, event: LotAdded | LotRenumbered | LotWithdrawn): void {
  const { lotId, lotNumber } = event;
  const known = lots.get(lotId);
  const change = known ?? { saleId, lotId, lotNumber, added: null, isGone: false };
  lots.set(lotId, change);
  change.lotNumber = lotNumber;
  if (event.type === 'LotAdded') change.added = event;
  if (event.type !== 'LotWithdrawn') return;
  change.added = null;
  change.isGone = true;
}

type OfPaddle = PaddleRequested | PaddleGiven | PaddleRefused;

function notePaddle(paddles: Map<string, PaddleChange>, saleId: string, event: OfPaddle): void {
  const { bidderId } = event;
  const key = `${saleId} ${bidderId}`;
  const known = paddles.get(key);
  paddles.set(key, {
    saleId,
    bidderId,
    biddingLimit: null,
    reason: null,
    decidedAt: null,
    decidedBy: null,
    paddle: known?.paddle ?? null,
    requestedAt: known?.requestedAt ?? null,
    ...newOf(event),
  });
}

function newOf(event: OfPaddle): Partial<PaddleChange> & Pick<PaddleChange, 'status'> {
  switch (event.type) {
    case 'PaddleRequested':
      return { status: 'requested', requestedAt: isoTime(event.requestedAt) };
    case 'PaddleGiven': {
      const { paddle, biddingLimit, givenAt, givenBy } = event;
      return { status: 'given', paddle, biddingLimit, decidedAt: isoTime(givenAt), decidedBy: givenBy };
    }
    case 'PaddleRefused':
      return {
        status: 'refused',
        reason: event.reason,
        decidedAt: isoTime(event.refusedAt),
        decidedBy: event.refusedBy,
      };
  }
}

const unchangedSale = (saleId: string, before: number): SaleChange => ({
  saleId,
  before,
  revision: before,
  drafted: null,
  revised: null,
  status: null,
  publishedAt: null,
  openedAt: null,
  closedAt: null,
  cancelledAt: null,
  cancelReason: null,
});

/** The columns of a sale's terms, in the order in which the statements name them. */
export function termsOf({
  title,
  currency,
  termsVersion,
  viewingNotes,
  registration,
  biddingLimit,
  course,
}: SaleTerms) {
  const isTimed = course.kind === 'timed';
  const values: readonly Value[] = [
    title,
    course.kind,
    currency,
    termsVersion,
    viewingNotes,
    registration,
    biddingLimit,
    isoTime(course.opensAt),
    isTimed ? isoTime(course.closesAt) : null,
    isTimed ? course.lotIntervalMs : null,
    isTimed ? course.softCloseMoves : null,
  ];
  return values;
}

/** Lots as columns of new rows. */
export const LOT_COLUMNS: readonly ((lot: NewLot) => Value)[] = [
  ({ lotId }) => lotId,
  ({ saleId }) => saleId,
  ({ lotNumber }) => lotNumber,
  ({ added }) => added.sellerId,
  ({ added }) => added.details.item.title,
  ({ added }) => added.details.item.description,
  ({ added }) => added.details.item.category,
  ({ added }) => added.details.startingPrice,
  ({ added }) => added.details.reservePrice,
  ({ added }) => added.details.lowEstimate,
  ({ added }) => added.details.highEstimate,
  ({ added: { details } }) => (details.item.details === undefined ? null : JSON.stringify(details.item.details)),
  ({ added }) => isoTime(added.addedAt),
];

export const NUMBER_COLUMNS: readonly ((lot: LotChange) => Value)[] = [
  ({ lotId }) => lotId,
  ({ lotNumber }) => lotNumber,
];

export const CLOSE_COLUMNS: readonly ((close: LotClose) => Value)[] = [
  ({ lotId }) => lotId,
  ({ closesAt }) => closesAt,
];

export const PADDLE_COLUMNS: readonly ((paddle: PaddleChange) => Value)[] = [
  ({ saleId }) => saleId,
  ({ bidderId }) => bidderId,
  ({ status }) => status,
  ({ paddle }) => paddle,
  ({ biddingLimit }) => biddingLimit,
  ({ reason }) => reason,
  ({ requestedAt }) => requestedAt,
  ({ decidedAt }) => decidedAt,
  ({ decidedBy }) => decidedBy,
];
