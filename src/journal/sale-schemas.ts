// The stored shape of a sale's events.
import { z } from 'zod';
import { REGISTRATIONS, SOFT_CLOSE_MOVES } from '../domain/sale/sale.events.js';
import {
  at,
  auction,
  count,
  currency,
  fees,
  increments,
  item,
  minor,
  retraction,
  softClose,
  text,
  user,
} from './stored-values.js';

const course = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('timed'),
    opensAt: at,
    closesAt: at,
    lotIntervalMs: count,
    softClose: softClose.nullable(),
    softCloseMoves: z.enum(SOFT_CLOSE_MOVES),
  }),
  z.strictObject({ kind: z.literal('hall'), opensAt: at }),
]);

const terms = z.strictObject({
  title: text,
  currency,
  termsVersion: text,
  viewingNotes: text,
  increments,
  retraction,
  fees,
  course,
  registration: z.enum(REGISTRATIONS),
  biddingLimit: minor.nullable(),
});

const details = z.strictObject({
  item,
  startingPrice: minor,
  reservePrice: minor.nullable(),
  lowEstimate: minor.nullable(),
  highEstimate: minor.nullable(),
});

const lot = { lotId: auction, lotNumber: text };

export const SALE_SCHEMAS = {
  SaleDrafted: z.strictObject({ type: z.literal('SaleDrafted'), terms, draftedBy: user.nullable(), draftedAt: at }),
  SaleRevised: z.strictObject({ type: z.literal('SaleRevised'), terms, revisedBy: user.nullable(), revisedAt: at }),
  LotAdded: z.strictObject({ type: z.literal('LotAdded'), ...lot, sellerId: user, details, addedAt: at }),
  LotRenumbered: z.strictObject({
    type: z.literal('LotRenumbered'),
    lotId: auction,
    previousNumber: text,
    lotNumber: text,
    renumberedAt: at,
  }),
  LotWithdrawn: z.strictObject({ type: z.literal('LotWithdrawn'), ...lot, reason: text, withdrawnAt: at }),
  SalePublished: z.strictObject({
    type: z.literal('SalePublished'),
    lots: z.array(z.strictObject({ ...lot, closesAt: at.nullable() })).readonly(),
    publishedBy: user.nullable(),
    publishedAt: at,
  }),
  SaleOpened: z.strictObject({ type: z.literal('SaleOpened'), opensAt: at, openedAt: at }),
  SaleClosed: z.strictObject({ type: z.literal('SaleClosed'), closedBy: user.nullable(), closedAt: at }),
  SaleCancelled: z.strictObject({
    type: z.literal('SaleCancelled'),
    reason: text,
    cancelledBy: user.nullable(),
    cancelledAt: at,
  }),
  PaddleRequested: z.strictObject({ type: z.literal('PaddleRequested'), bidderId: user, requestedAt: at }),
  PaddleGiven: z.strictObject({
    type: z.literal('PaddleGiven'),
    bidderId: user,
    paddle: count,
    biddingLimit: minor.nullable(),
    givenBy: user.nullable(),
    givenAt: at,
  }),
  PaddleRefused: z.strictObject({
    type: z.literal('PaddleRefused'),
    bidderId: user,
    reason: text,
    refusedBy: user.nullable(),
    refusedAt: at,
  }),
};

const status = z.enum(['drafted', 'published', 'open', 'closed', 'cancelled']);

export const SALE_REJECTIONS = [
  z.strictObject({
    reason: z.enum([
      'SaleUnknown',
      'SaleAlreadyDrafted',
      'SaleHasNoLots',
      'LotUnknown',
      'LotAlreadyAdded',
      'PaddleAlreadyRequested',
      'PaddleAlreadyGiven',
      'PaddleRefusedBefore',
      'PaddleUnknown',
    ]),
  }),
  z.strictObject({ reason: z.literal('InvalidSale'), field: text, problem: text }),
  z.strictObject({ reason: z.literal('SaleNotInState'), status }),
  z.strictObject({ reason: z.literal('SaleNotDue'), opensAt: at }),
  z.strictObject({ reason: z.literal('SaleHasBegun'), opensAt: at }),
  z.strictObject({ reason: z.literal('LotNumberTaken'), lotNumber: text }),
  z.strictObject({ reason: z.literal('SaleFull'), lotsMax: count }),
  z.strictObject({ reason: z.literal('TooManyPaddles'), paddlesMax: count }),
] as const;
