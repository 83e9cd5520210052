// A listing as the engine takes it: what the seller left out is filled in, so that the event holds everything. All of it is
// a function of the request and its command id, so that a repeat asks for exactly the same.
import { hash } from 'node:crypto';
import type { ListAuction, RelistAuction } from '../../domain/auction/auction.commands.js';
import { type HouseTerms, incrementsFor, SELLER_FIELDS } from '../../domain/auction/house-defaults.js';
import type { Terms } from '../../domain/auction/terms.js';
import { scheduleFor, scheduleNames } from '../../domain/fees/choice.js';
import { type FeeSchedule, flatTax } from '../../domain/fees/schedule.js';
import { type AuctionId, auctionId, type CommandId, commandIdTime, type UserId } from '../../domain/ids.js';
import type { Currency } from '../../domain/money.js';
import { type Instant, instant, later } from '../../domain/time.js';
import { requestInvalid } from '../http/schema.pipe.js';
import type { ListAuctionBody, RelistAuctionBody } from '../schemas/commands.schema.js';

/** The command that a listing's body comes to. `house` fills in what the listing leaves out. Refuses fields that are not the seller's in this house. */
export function listingOf(
  body: ListAuctionBody,
  commandId: CommandId,
  sellerId: UserId,
  house: HouseTerms,
): ListAuction {
  const { item, opensAt, terms } = body;
  return {
    type: 'ListAuction',
    auctionId: body.auctionId ?? auctionIdFor(commandId, sellerId),
    sellerId,
    item,
    terms: termsOf(terms, house, sellerId),
    opensAt,
    closesAt: closeOf(body, commandId),
  };
}

/** The command that a relisting's body comes to; without terms the auction keeps those it had. */
export function relistingOf(
  { opensAt, terms, ...body }: RelistAuctionBody,
  commandId: CommandId,
  {
    auctionId: passed,
    sellerId,
    house,
  }: Readonly<{
    auctionId: AuctionId;
    sellerId: UserId;
    house: HouseTerms;
  }>,
): RelistAuction {
  return {
    type: 'RelistAuction',
    auctionId: passed,
    sellerId,
    relistedAs: relistingIdFor(passed),
    terms: terms === undefined ? null : termsOf(terms, house, sellerId),
    opensAt,
    closesAt: closeOf({ opensAt, ...body }, commandId),
  };
}

const DAY_MS = 86_400_000;

function termsOf(terms: ListAuctionBody['terms'], house: HouseTerms, sellerId: UserId): Terms {
  const notTheirs = SELLER_FIELDS.filter((field) => terms[field] !== undefined && !house.sellerMay.includes(field));
  if (notTheirs.length > 0)
    throw requestInvalid(
      notTheirs.map((field) => ({ field: `terms.${field}`, problem: 'is set by this house, not by its sellers' })),
    );
  const { format, currency, startingPrice, reservePrice, buyNowPrice } = terms;
  const retraction = terms.retraction ?? house.retraction;
  const fees = feesOf({ ...terms, sellerId }, house, 'terms.');
  if (format !== 'english') return { format, currency, startingPrice, reservePrice, retraction, fees };
  const increments = terms.increments ?? house.increments[currency] ?? incrementsFor(currency);
  const softClose = terms.softClose === undefined ? house.softClose : terms.softClose;
  return { format, currency, startingPrice, reservePrice, buyNowPrice, increments, softClose, retraction, fees };
}

type FeesAsked = Readonly<{
  currency: Currency;
  /** Null for many sellers. */
  sellerId: UserId | null;
  feeSchedule?: string | undefined;
  taxRateBp?: number | undefined;
  paymentTermDays?: number | undefined;
}>;

/** The schedule that a listing or a sale asks for, with a tax and a term of its own where it says so. `at` names its fields. */
export function feesOf(asked: FeesAsked, house: HouseTerms, at = ''): FeeSchedule {
  const { currency, sellerId, feeSchedule: named, taxRateBp, paymentTermDays } = asked;
  const fees = scheduleFor(house, { currency, sellerId, named });
  if (fees === null)
    throw requestInvalid([{ field: `${at}feeSchedule`, problem: `must be one of ${scheduleNames(house).join(', ')}` }]);
  return {
    ...fees,
    tax: taxRateBp === undefined ? fees.tax : flatTax(taxRateBp),
    paymentTermMs: paymentTermDays === undefined ? fees.paymentTermMs : paymentTermDays * DAY_MS,
  };
}

const closeOf = (
  { opensAt, closesAt, durationMs }: Pick<RelistAuctionBody, 'opensAt' | 'closesAt' | 'durationMs'>,
  commandId: CommandId,
): Instant => closesAt ?? later(opensAt ?? instant(commandIdTime(commandId)), durationMs ?? 0);

/** The id of an auction whose seller named none: the command's time, so that ids stay in order, then a digest of who and what. */
export function auctionIdFor(commandId: CommandId, sellerId: UserId): AuctionId {
  const digest = hash('sha256', `auction ${sellerId} ${commandId}`, 'hex');
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(3), 16) & 3);
  const [high, low] = commandId.split('-');
  return auctionId(`${high}-${low}-7${digest.slice(0, 3)}-${variant}${digest.slice(4, 7)}-${digest.slice(7, 19)}`);
}

/** The id under which the item of a passed auction is up again: a UUID version 8, which only the house gives out. */
export function relistingIdFor(passed: AuctionId): AuctionId {
  const digest = hash('sha256', `relisting ${passed}`, 'hex');
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(15), 16) & 3);
  return auctionId(
    `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(12, 15)}-${variant}${digest.slice(16, 19)}-${digest.slice(20, 32)}`,
  );
}
