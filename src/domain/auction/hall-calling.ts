// The clerk's words on a hall lot: open it, ask a price, fair warning, hammer, pass, and undo of the last call. Each names what the clerk
// has seen, the bid that leads, so that of two clerks only one sells the lot, and nobody sells a bid that was just beaten.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { AMOUNT_MAX, type Minor } from '../money.js';
import { idOf, isStaff } from '../permissions.js';
import type {
  AskPrice,
  AuctionCommand,
  GiveFairWarning,
  HallCommand,
  Hammer,
  OpenLot,
  PassLot,
  UndoCall,
} from './auction.commands.js';
import type { AuctionEvent, CallUndone, LotOpened, PriceAsked } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { HallAuction, HallCall, LiveAuction } from './auction.state.js';
import { sale } from './closing.js';
import { leadingCall, standingOfHall, standingWithCalls, withAskingPrice } from './hall-auction.js';
import { commissionCall, takeBid } from './hall-bidding.js';

type Judged = Decision<AuctionEvent, AuctionRejection>;

const COMMANDS: Readonly<Record<HallCommand['type'], true>> = {
  OpenLot: true,
  AskPrice: true,
  TakeBid: true,
  GiveFairWarning: true,
  Hammer: true,
  PassLot: true,
  UndoCall: true,
};

/** True for what a clerk says in a hall. */
export const isHallCommand = (command: AuctionCommand): command is HallCommand => Object.hasOwn(COMMANDS, command.type);

/** Judges what a clerk says. */
export function decideHall(command: HallCommand, auction: LiveAuction, facts: Facts): Judged {
  if (!isStaff(facts.actor)) return reject({ reason: 'NotAllowed' });
  if (auction.status !== 'hall') return reject({ reason: 'NoLotOfAHall' });
  if (facts.at >= auction.closesAt) return reject({ reason: 'BidAfterClose', closesAt: auction.closesAt });
  if (command.type === 'OpenLot') return openLot(command, auction, facts);
  if (command.type === 'TakeBid') return takeBid(command, auction, facts);
  if (!auction.isCalled) return reject({ reason: 'LotNotOpened' });
  switch (command.type) {
    case 'AskPrice':
      return askPrice(command, auction, facts);
    case 'GiveFairWarning':
      return giveFairWarning(command, auction, facts);
    case 'Hammer':
      return hammer(command, auction, facts);
    case 'PassLot':
      return passLot(command, auction, facts);
    case 'UndoCall':
      return undoCall(command, auction, facts);
  }
}

/** Opens the bidding in the hall, once the sale has begun. A null price is the starting price. */
function openLot({ askingPrice }: OpenLot, auction: HallAuction, facts: Facts): Judged {
  const { at, actor } = facts;
  const { opensAt, terms } = auction.listing;
  if (at < opensAt) return reject({ reason: 'AuctionNotYetOpen', opensAt });
  if (auction.isCalled) return reject({ reason: 'LotAlreadyOpened' });
  const price = askingPrice ?? terms.startingPrice;
  const objection = priceObjection(price, auction);
  if (objection !== null) return reject(objection);
  const stands = { ...standingOfHall(auction), minimumNextBid: price };
  const opened: LotOpened = { type: 'LotOpened', openedBy: idOf(actor), openedAt: at, ...stands };
  return accept<AuctionEvent>(opened, ...commissionCall(withAskingPrice(auction, opened), facts));
}

/** Asks another price: any above the one that stands, and while nobody leads any from the starting price on. */
function askPrice({ askingPrice }: AskPrice, auction: HallAuction, facts: Facts): Judged {
  const objection = priceObjection(askingPrice, auction);
  if (objection !== null) return reject(objection);
  const stands = { ...standingOfHall(auction), minimumNextBid: askingPrice };
  const asked: PriceAsked = { type: 'PriceAsked', askedBy: idOf(facts.actor), askedAt: facts.at, ...stands };
  return accept<AuctionEvent>(asked, ...commissionCall(withAskingPrice(auction, asked), facts));
}

function priceObjection(price: Minor, auction: HallAuction): AuctionRejection | null {
  const leading = leadingCall(auction);
  const least = leading === null ? auction.listing.terms.startingPrice : leading.maximum + 1n;
  if (price < least) return { reason: 'BidBelowMinimum', minimumNextBid: least };
  return price > AMOUNT_MAX ? { reason: 'AmountTooLarge', limit: AMOUNT_MAX } : null;
}

function giveFairWarning({ leadingBid }: GiveFairWarning, auction: HallAuction, { at, actor }: Facts): Judged {
  const leading = named(leadingBid, auction);
  if ('reason' in leading) return reject(leading);
  const { minimumNextBid } = standingOfHall(auction);
  const about = { leadingBid, minimumNextBid, givenBy: idOf(actor), givenAt: at };
  return accept<AuctionEvent>({ type: 'FairWarningGiven', ...about });
}

/** Sells the lot to the bid that the clerk names, if that leads and reaches the reserve. */
function hammer({ leadingBid }: Hammer, auction: HallAuction, { at, positions }: Facts): Judged {
  const winner = named(leadingBid, auction);
  if ('reason' in winner) return reject(winner);
  if (!standingOfHall(auction).reserveMet) return reject({ reason: 'ReserveNotReached' });
  const { terms } = auction.listing;
  return accept<AuctionEvent>(
    sale({ via: 'Hammer', winner, hammerPrice: winner.maximum, terms, positions, closedAt: at }),
  );
}

/** Passes a lot that nobody bid for, or not up to the reserve. Who has reached it has bought the lot. */
function passLot({ leadingBid }: PassLot, auction: HallAuction, { at }: Facts): Judged {
  const leading = leadingCall(auction);
  if ((leading?.bidNumber ?? null) !== leadingBid) return reject({ reason: 'AnotherBidLeads' });
  if (leading !== null && standingOfHall(auction).reserveMet) return reject({ reason: 'ReserveReached' });
  const reason = leading === null ? 'NoBids' : 'ReserveNotMet';
  return accept<AuctionEvent>({ type: 'AuctionPassed', reason, closedAt: at });
}

/** Takes the last call out, with the commission's answer to it. To undo a price or a fair warning, ask another price. */
function undoCall({ leadingBid }: UndoCall, auction: HallAuction, { at, actor }: Facts): Judged {
  const leading = named(leadingBid, auction);
  if ('reason' in leading) return reject(leading);
  const events: CallUndone[] = [];
  let { calls } = auction;
  for (const call of undone(calls)) {
    calls = calls.slice(0, -1);
    const { bidNumber, bidderId } = call;
    const about = { bidNumber, bidderId, undoneBy: idOf(actor), undoneAt: at };
    events.push({ type: 'CallUndone', ...about, ...standingWithCalls(auction, calls) });
  }
  return accept<AuctionEvent>(...events);
}

/** From the last call back: a call of the clerk or from online, and the commission's answer to it. */
function undone(calls: readonly HallCall[]): readonly HallCall[] {
  const [last, before] = [calls.at(-1), calls.at(-2)];
  if (last === undefined) return [];
  return last.isCommission && before !== undefined && !before.isCommission ? [last, before] : [last];
}

function named(leadingBid: number, auction: HallAuction): HallCall | AuctionRejection {
  const leading = leadingCall(auction);
  if (leading === null) return { reason: 'NobodyLeads' };
  return leading.bidNumber === leadingBid ? leading : { reason: 'AnotherBidLeads' };
}
