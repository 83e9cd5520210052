// A sale and its lots as the engine takes them: what was left out is filled in, so that the events hold everything.
import { type HouseTerms, incrementsFor } from '../../domain/auction/house-defaults.js';
import { type AuctionId, auctionId, type CommandId, type SaleId, saleId, type UserId } from '../../domain/ids.js';
import type { DomainEvent } from '../../domain/messages.js';
import type { Course, SaleTerms } from '../../domain/sale/sale.events.js';
import { nameUuid } from '../../runtime/name-uuid.js';
import type { SaleAnswer, SaleBody } from '../schemas/sales.schema.js';
import { feesOf } from './listing.js';

/** The terms that a sale's body comes to. `house` fills in what the body leaves out. */
export function saleTermsOf(body: SaleBody, house: HouseTerms): SaleTerms {
  const { title, currency, termsVersion, viewingNotes, registration, biddingLimit } = body;
  return {
    title,
    currency,
    termsVersion,
    viewingNotes,
    increments: body.increments ?? house.increments[currency] ?? incrementsFor(currency),
    retraction: body.retraction ?? house.retraction,
    fees: feesOf({ ...body, sellerId: null }, house),
    course: courseOf(body, house),
    registration,
    biddingLimit,
  };
}

function courseOf({ opensAt, closesAt, lotIntervalMs, softCloseMoves, ...body }: SaleBody, house: HouseTerms): Course {
  if (closesAt === undefined) return { kind: 'hall', opensAt };
  const softClose = body.softClose === undefined ? house.softClose : body.softClose;
  return { kind: 'timed', opensAt, closesAt, lotIntervalMs, softClose, softCloseMoves };
}

/** The id of a sale: of who drafted it, by which command. */
export const saleIdFor = (commandId: CommandId, draftedBy: UserId): SaleId =>
  saleId(nameUuid('sale', `${draftedBy} ${commandId}`));

/** The id of a lot whose importer named none. */
export const lotIdFor = (sale: SaleId, commandId: CommandId): AuctionId =>
  auctionId(nameUuid('lot', `${sale} ${commandId}`));

/** What people are told of an accepted command on a sale. */
export function saleAnswer([event]: readonly DomainEvent[], about: SaleAnswer): SaleAnswer {
  switch (event?.type) {
    case 'LotAdded':
    case 'LotRenumbered':
    case 'LotWithdrawn':
      return { ...about, lotId: event.lotId, lotNumber: event.lotNumber };
    case 'PaddleRequested':
    case 'PaddleRefused':
      return { ...about, bidderId: event.bidderId, paddle: null, biddingLimit: null };
    case 'PaddleGiven': {
      const { bidderId, paddle, biddingLimit } = event;
      return { ...about, bidderId, paddle, biddingLimit: biddingLimit?.toString() ?? null };
    }
    default:
      return about;
  }
}
