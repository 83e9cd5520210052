// What Gold should hold, from the journal alone: a fold in TypeScript that shares nothing with the SQL it checks. Values are
// texts as PostgreSQL's tables would give them, times in epoch milliseconds.
import { createHash } from 'node:crypto';
import type { GoldTableName } from '../../../src/batch/gold/gold-tables.js';
import type { GoldThresholds } from '../../../src/batch/gold/gold-thresholds.js';
import { type FraudFact, isFraudEvent } from '../../../src/domain/fraud/fraud-facts.js';
import type { FraudModel } from '../../../src/domain/fraud/fraud-model.js';
import { FraudScorer } from '../../../src/domain/fraud/fraud-scorer.js';
import type { AuctionId } from '../../../src/domain/ids.js';
import type { DomainEvent } from '../../../src/domain/messages.js';
import type { HallBidRecorded, HallResultRecorded } from '../../../src/domain/sale/hall-result.events.js';
import type { RecordedEvent } from '../../../src/journal/journal.js';

export type OracleRow = Readonly<Record<string, string | null>>;
export type GoldRows = Readonly<Record<GoldTableName, readonly OracleRow[]>>;

type Sale = {
  via: string;
  number: number;
  buyer: string;
  hammer: bigint;
  premium: bigint;
  tax: bigint;
  due: bigint;
  fee: bigint;
  proceeds: bigint;
  soldAt: number;
  lapsed: boolean;
  paidAt: number | null;
  paid: bigint;
  refunded: bigint;
  isRefunded: boolean;
  payouts: number;
};
type Bid = { number: number; bidder: string; snipe: boolean; at: number; removed: boolean; replaced: boolean };
type Lot = {
  id: string;
  seller: string;
  title: string;
  category: string;
  format: string;
  currency: string;
  start: bigint;
  listedAt: number;
  opensAt: number;
  outcome: string;
  endedAt: number | null;
  passedReason: string | null;
  relistedAs: string | null;
  bids: Bid[];
  retracted: number;
  voided: number;
  extensions: number;
  sales: Sale[];
  paidOut: bigint;
};

const CASE_TURNS: Readonly<Record<string, string>> = {
  FraudCaseOpened: 'cases_opened',
  FraudCaseEvidenceGrown: 'cases_grown',
  FraudSampleDrawn: 'samples_drawn',
  FraudCaseConfirmed: 'cases_confirmed',
  FraudCaseDismissed: 'cases_dismissed',
};

const DAY_MS = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const alias = (kind: string, id: string): string =>
  `${kind}-${createHash('sha256').update(id).digest('hex').slice(0, 10)}`;
const texts = (row: Record<string, bigint | number | string | null>): OracleRow =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]));

/** A table of sums that come to be as they are named. */
class Sums {
  readonly rows = new Map<string, Map<string, bigint>>();
  add(key: string, name: string, by: bigint | number = 1): void {
    const row = this.rows.get(key) ?? new Map<string, bigint>();
    this.rows.set(key, row.set(name, (row.get(name) ?? 0n) + BigInt(by)));
  }
  of(key: string, name: string): bigint {
    return this.rows.get(key)?.get(name) ?? 0n;
  }
}

export class GoldOracle {
  private readonly lots = new Map<string, Lot>();
  private readonly revenue = new Sums();
  private readonly hours = new Sums();
  private readonly hourBidders = new Map<string, Set<string>>();
  private readonly refusals = new Map<string, { n: number; events: number; people: Set<string>; lots: Set<string> }>();
  private readonly firstDays = new Map<string, string>();
  /** The last result of each lot, and the bids behind it. */
  private readonly halls = new Map<string, HallResultRecorded>();
  private readonly hallBids = new Map<string, HallBidRecorded[]>();
  private readonly desk = new Sums();
  private readonly flagged = new Map<string, { bidders: Set<string>; sellers: Set<string>; auctions: Set<string> }>();
  private readonly everFlagged = new Set<string>();
  private readonly scorer: FraudScorer;
  /** The day on which each person registered. */
  private readonly people = new Map<string, string>();
  private firstScored: string | null = null;
  private first = Number.POSITIVE_INFINITY;
  private last = 0;

  constructor(private readonly model: FraudModel) {
    this.scorer = new FraudScorer(model);
  }

  take({ streamId, event, occurredAt, meta }: RecordedEvent): void {
    if (streamId.startsWith('auction-') && isFraudEvent(event))
      this.score({ auctionId: streamId.slice('auction-'.length) as AuctionId, event }, dayOf(occurredAt));
    const turn = CASE_TURNS[event.type];
    if (turn !== undefined) this.desk.add(dayOf(occurredAt), turn);
    this.first = Math.min(this.first, occurredAt);
    this.last = Math.max(this.last, occurredAt);
    if (streamId.startsWith('auction-')) this.takeOfLot(streamId.slice('auction-'.length), event, occurredAt);
    else if (streamId.startsWith('refusals-')) this.takeRefusal(streamId, event, occurredAt, meta.actorId);
    else if (event.type === 'HallResultRecorded') {
      this.halls.set(streamId, event);
      this.hallBids.set(streamId, []);
      this.first = Math.min(this.first, event.heldAt);
      this.begin(event.currency, event.heldAt);
    } else if (event.type === 'HallBidRecorded') this.hallBids.get(streamId)?.push(event);
    else if (event.type === 'UserRegistered') {
      this.count(occurredAt, 'registrations');
      this.people.set(streamId.slice('user-'.length), dayOf(occurredAt));
    }
  }

  rows(thresholds: GoldThresholds): GoldRows {
    return {
      daily_revenue: this.dailyRevenue(),
      auction_performance: [
        ...[...this.lots.values()].map(performance),
        ...[...this.halls].map((lot) => hallLot(lot, this.hallBids.get(lot[0]) ?? [])),
      ],
      bidder_analytics: this.bidders(thresholds),
      seller_rankings: this.sellers(thresholds),
      hourly_activity: this.hourly(),
      fraud_summary: this.fraud(),
      refusal_summary: this.refused(),
      closing_minutes: [...this.lots.values()].flatMap(closingMinutes),
      cohorts: this.cohorts(),
    };
  }

  private count(at: number, name: string, by = 1): void {
    this.hours.add(`${dayOf(at)} ${new Date(at).getUTCHours()}`, name, by);
  }

  private begin(currency: string, at: number): void {
    const before = this.firstDays.get(currency);
    if (before === undefined || dayOf(at) < before) this.firstDays.set(currency, dayOf(at));
  }

  private takeOfLot(id: string, event: DomainEvent, at: number): void {
    if (event.type === 'AuctionListed') {
      const { sellerId: seller, item, terms, opensAt } = event;
      const { format, currency, startingPrice: start } = terms;
      const { title, category } = item;
      const blank = {
        outcome: 'open',
        endedAt: null,
        passedReason: null,
        relistedAs: null,
        bids: [],
        retracted: 0,
        voided: 0,
      };
      const money = { extensions: 0, sales: [], paidOut: 0n };
      const named = { id, seller, title, category, format, currency, start, listedAt: at, opensAt };
      this.lots.set(id, { ...named, ...blank, ...money });
      this.begin(currency, at);
      this.count(at, 'listings');
      return;
    }
    const lot = this.lots.get(id);
    if (lot === undefined) throw new Error(`${event.type} in ${id}, which was never listed`);
    const day = `${dayOf(at)} ${lot.currency}`;
    const saleOf = (number: number): Sale => {
      const sale = lot.sales.find((one) => one.number === number);
      if (sale === undefined) throw new Error(`${id} has no sale ${number}`);
      return sale;
    };
    switch (event.type) {
      case 'BidPlaced':
      case 'SealedBidPlaced': {
        const replaces = event.type === 'SealedBidPlaced' ? event.replaces : null;
        for (const bid of lot.bids) if (bid.number === replaces) bid.replaced = true;
        const snipe = event.bidType === 'snipe';
        lot.bids.push({ number: event.bidNumber, bidder: event.bidderId, snipe, at, removed: false, replaced: false });
        this.count(at, 'bids');
        if (snipe) this.count(at, 'bids_last_minute');
        const hour = `${dayOf(at)} ${new Date(at).getUTCHours()}`;
        this.hourBidders.set(hour, (this.hourBidders.get(hour) ?? new Set()).add(event.bidderId));
        return;
      }
      case 'BidRetracted':
      case 'SealedBidRetracted':
      case 'BidVoided':
      case 'SealedBidVoided':
        for (const bid of lot.bids) if (bid.number === event.bidNumber) bid.removed = true;
        if (event.type === 'BidVoided' || event.type === 'SealedBidVoided') lot.voided += 1;
        else lot.retracted += 1;
        this.count(at, 'bids_removed');
        return;
      case 'ClosingExtended':
        if (event.cause !== 'SoftClose') return;
        lot.extensions += 1;
        this.count(at, 'extensions');
        return;
      case 'AuctionSold':
        this.end(lot, 'sold', at);
        this.count(at, 'auctions_sold');
        this.sell(lot, event.via, 1, event, at);
        return;
      case 'AuctionPassed':
        lot.passedReason = event.reason;
        this.end(lot, 'passed', at);
        return;
      case 'AuctionCancelled':
        this.end(lot, 'cancelled', at);
        return;
      case 'AuctionWithdrawn':
        this.end(lot, 'withdrawn', at);
        return;
      case 'AuctionRelisted':
        lot.relistedAs = event.relistedAs;
        if (event.lapsedTransaction !== null) this.lapse(saleOf(event.lapsedTransaction), day);
        return;
      case 'SecondChanceAccepted': {
        if (event.lapsedTransaction !== null) this.lapse(saleOf(event.lapsedTransaction), day);
        this.sell(lot, 'SecondChance', event.transactionNumber, event, at);
        this.revenue.add(day, 'second_chance_sales');
        return;
      }
      case 'PaymentRecorded': {
        const sale = saleOf(event.transactionNumber);
        sale.paidAt ??= at;
        sale.paid += event.amount;
        this.revenue.add(day, 'paid_in', event.amount);
        this.count(at, 'payments');
        return;
      }
      case 'PaymentRefunded': {
        const sale = saleOf(event.transactionNumber);
        sale.refunded += event.amount;
        this.revenue.add(day, 'refunded', event.amount);
        if (sale.refunded < sale.paid) return;
        sale.isRefunded = true;
        this.revenue.add(day, 'refunds');
        this.revenue.add(day, 'refunded_hammer_price', sale.hammer);
        this.revenue.add(day, 'refunded_house_income', sale.premium + sale.fee);
        return;
      }
      case 'TransactionSettled':
        saleOf(event.transactionNumber).payouts += 1;
        lot.paidOut += event.payout;
        this.revenue.add(day, 'paid_out', event.payout);
        return;
      case 'PayoutReturned':
        saleOf(event.transactionNumber).payouts -= 1;
        lot.paidOut -= event.amount;
        this.revenue.add(day, 'payouts_returned', event.amount);
        return;
      default:
        return;
    }
  }

  private lapse(sale: Sale, day: string): void {
    sale.lapsed = true;
    this.revenue.add(day, 'lapsed_sales');
    this.revenue.add(day, 'lapsed_hammer_price', sale.hammer);
    this.revenue.add(day, 'lapsed_house_income', sale.premium + sale.fee);
  }

  private end(lot: Lot, outcome: string, at: number): void {
    lot.outcome = outcome;
    lot.endedAt = at;
    this.count(at, 'auctions_ended');
  }

  private sell(
    lot: Lot,
    via: string,
    number: number,
    event: Extract<DomainEvent, { type: 'AuctionSold' | 'SecondChanceAccepted' }>,
    at: number,
  ): void {
    const { buyerId: buyer, hammerPrice: hammer, buyersPremium: premium, tax, amountDue: due } = event;
    const { platformFee: fee, sellerProceeds: proceeds } = event;
    const unpaid = { lapsed: false, paidAt: null, paid: 0n, refunded: 0n, isRefunded: false, payouts: 0 };
    lot.sales.push({ via, number, buyer, hammer, premium, tax, due, fee, proceeds, soldAt: at, ...unpaid });
    const day = `${dayOf(at)} ${lot.currency}`;
    const sums = { hammer_price: hammer, buyers_premium: premium, tax, amount_due: due, platform_fee: fee };
    for (const [name, amount] of Object.entries({ sales: 1n, ...sums, seller_proceeds: proceeds }))
      this.revenue.add(day, name, amount);
  }

  private takeRefusal(stream: string, event: DomainEvent, at: number, actor: string | null): void {
    const [, concern = 'auction', id = ''] = /^refusals-(?:(user|hall)-)?(.{36})$/.exec(stream) ?? [];
    const lot = concern === 'auction' ? id : null;
    const [command, reason, person, n] =
      event.type === 'FloodRejected'
        ? ['Flood', 'Flood', event.actorId, event.count]
        : event.type === 'BidRejected'
          ? ['Bid', event.rejection.reason, event.bidderId, 1]
          : event.type === 'CommandRejected'
            ? [event.command, event.rejection.reason, actor, 1]
            : ['?', '?', null, 0];
    this.count(at, 'refusals', n);
    this.desk.add(dayOf(at), 'refusals', n);
    const key = [dayOf(at), { user: 'account', hall: 'hall lot' }[concern] ?? concern, command, reason].join('|');
    const row = this.refusals.get(key) ?? { n: 0, events: 0, people: new Set<string>(), lots: new Set<string>() };
    row.n += n;
    row.events += 1;
    if (person !== null) row.people.add(person);
    if (lot !== null) row.lots.add(lot);
    this.refusals.set(key, row);
  }

  private days(): string[] {
    const days: string[] = [];
    for (let at = Date.parse(dayOf(this.first)); at <= this.last; at += DAY_MS) days.push(dayOf(at));
    return days;
  }

  private dailyRevenue(): OracleRow[] {
    const rows: OracleRow[] = [];
    for (const day of this.days())
      for (const [currency, firstDay] of this.firstDays) {
        if (day < firstDay) continue;
        const of = (name: string): bigint => this.revenue.of(`${day} ${currency}`, name);
        const named = Object.fromEntries(
          [
            'sales',
            'second_chance_sales',
            'hammer_price',
            'buyers_premium',
            'tax',
            'amount_due',
            'platform_fee',
            'seller_proceeds',
            'lapsed_sales',
            'lapsed_hammer_price',
            'lapsed_house_income',
            'refunds',
            'refunded_hammer_price',
            'refunded_house_income',
            'paid_in',
            'refunded',
            'paid_out',
            'payouts_returned',
          ].map((name) => [name, of(name)]),
        );
        const halls = [...this.halls.values()].filter(
          (one) => one.outcome === 'sold' && one.currency === currency && dayOf(one.heldAt) === day,
        );
        const hallSum = (kind: string): bigint =>
          halls.reduce((sum, { price, priceKind }) => sum + (priceKind === kind ? (price ?? 0n) : 0n), 0n);
        const income = of('buyers_premium') + of('platform_fee');
        rows.push(
          texts({
            day,
            currency,
            ...named,
            house_income: income,
            net_hammer_price: of('hammer_price') - of('lapsed_hammer_price') - of('refunded_hammer_price'),
            net_house_income: income - of('lapsed_house_income') - of('refunded_house_income'),
            hall_sales: halls.length,
            hall_hammer_price: hallSum('hammer'),
            hall_price_with_premium: hallSum('with-premium'),
            net_cash: of('paid_in') + of('payouts_returned') - of('refunded') - of('paid_out'),
          }),
        );
      }
    return rows;
  }

  private hourly(): OracleRow[] {
    const names = [
      'listings',
      'bids',
      'bids_last_minute',
      'bids_removed',
      'extensions',
      'auctions_ended',
      'auctions_sold',
    ];
    return this.days().flatMap((day) =>
      Array.from({ length: 24 }, (_, hour) => {
        const key = `${day} ${hour}`;
        const counted = [...names, 'payments', 'refusals', 'registrations'].map((name) => [
          name,
          this.hours.of(key, name),
        ]);
        return texts({ day, hour, ...Object.fromEntries(counted), bidders: this.hourBidders.get(key)?.size ?? 0 });
      }),
    );
  }

  private score(fact: FraudFact, day: string): void {
    const said = this.scorer.take(fact);
    if (said === null) return;
    this.firstScored ??= day;
    if (!said.isAgain) this.desk.add(day, 'scored_bids');
    const bid = `${said.auctionId} ${said.bidNumber}`;
    if (said.judgement.score <= 0.5 || this.everFlagged.has(bid)) return;
    this.everFlagged.add(bid);
    this.desk.add(day, 'flagged_bids');
    const row = this.flagged.get(day) ?? { bidders: new Set(), sellers: new Set(), auctions: new Set() };
    row.bidders.add(said.bidderId);
    row.sellers.add(said.sellerId);
    row.auctions.add(said.auctionId);
    this.flagged.set(day, row);
  }

  private fraud(): OracleRow[] {
    const names = ['scored_bids', 'flagged_bids', ...Object.values(CASE_TURNS), 'refusals'];
    return this.days().map((day) => {
      const row = this.flagged.get(day);
      const isScored = this.firstScored !== null && day >= this.firstScored;
      return texts({
        day,
        ...Object.fromEntries(names.map((name) => [name, this.desk.of(day, name)])),
        flagged_bidders: row?.bidders.size ?? 0,
        flagged_sellers: row?.sellers.size ?? 0,
        flagged_auctions: row?.auctions.size ?? 0,
        model_version: isScored ? this.model.version : null,
      });
    });
  }

  private refused(): OracleRow[] {
    return [...this.refusals].map(([key, { n, events, people, lots }]) => {
      const [day = '', concern = '', command = '', reason = ''] = key.split('|');
      return texts({ day, concern, command, reason, refusals: n, events, people: people.size, auctions: lots.size });
    });
  }

  /** The moment from which on something happened within so many days, the last day being one of them. */
  private since(days: number): number {
    return Date.parse(dayOf(this.last)) - (days - 1) * DAY_MS;
  }

  private bidders({ bidders: limits }: GoldThresholds): OracleRow[] {
    const lots = [...this.lots.values()];
    const [active, fresh] = [this.since(limits.activeWithinDays), this.since(limits.newWithinDays)];
    const told = [...this.hallBids].flatMap(([lot, bids]) => bids.map((bid) => ({ lot, ...bid })));
    const byFiles = [...this.halls.values()];
    const people = new Set(lots.flatMap(({ bids }) => bids.map(({ bidder }) => bidder)));
    for (const name of [...told.map(bidderOf), ...byFiles.map(buyerOf)]) if (name !== null) people.add(name);
    return [...people].flatMap((bidder) => {
      const toldOf = told.filter((bid) => bidderOf(bid) === bidder);
      const boughtByFiles = byFiles.filter((lot) => buyerOf(lot) === bidder);
      const bidOn = lots.filter(({ bids }) => bids.some((bid) => bid.bidder === bidder));
      const all = bidOn.flatMap(({ bids }) => bids.filter((bid) => bid.bidder === bidder));
      const bought = lots.flatMap(({ sales }) => sales.filter((sale) => sale.buyer === bidder && !sale.lapsed));
      const recentBids = all.filter(({ at }) => at >= active).length;
      const recentWins = bought.filter(({ soldAt }) => soldAt >= active).length;
      const isNew = all.length > 0 && all.every(({ at }) => at >= fresh);
      const isPower = recentBids >= limits.powerBidsMin || recentWins >= limits.powerWinsMin;
      const rest = isNew ? 'new' : recentBids >= limits.activeBidsMin ? 'active' : 'casual';
      const segment = isPower ? 'power' : rest;
      return [...new Set([...bidOn, ...toldOf, ...boughtByFiles].map(({ currency }) => currency))].map((currency) => {
        const hallBids = toldOf.filter((bid) => bid.currency === currency);
        const hallWins = boughtByFiles.filter((lot) => lot.currency === currency);
        const hallSum = (kind: string): bigint =>
          sum(hallWins.map((lot) => (lot.priceKind === kind ? (lot.price ?? 0n) : 0n)));
        const mine = bidOn.filter((lot) => lot.currency === currency);
        const bids = mine.flatMap((lot) => lot.bids.filter((bid) => bid.bidder === bidder));
        const sales = lots
          .filter((lot) => lot.currency === currency)
          .flatMap((lot) => lot.sales.filter((sale) => sale.buyer === bidder));
        const lasting = sales.filter(({ lapsed }) => !lapsed);
        const ended = mine.filter(({ outcome }) => ['sold', 'passed', 'withdrawn'].includes(outcome)).length;
        const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);
        return texts({
          bidder_id: bidder,
          bidder: alias('bidder', bidder),
          currency,
          segment,
          bids: bids.length,
          bids_removed: bids.filter(({ removed }) => removed).length,
          bids_last_minute: bids.filter(({ snipe }) => snipe).length,
          auctions: mine.length,
          ended_auctions: ended,
          wins: lasting.length,
          win_rate_bp: ended === 0 ? null : (BigInt(lasting.length) * 10_000n) / BigInt(ended),
          hammer_price: sum(lasting.map(({ hammer }) => hammer)),
          amount_due: sum(lasting.map(({ due }) => due)),
          lapsed_sales: sales.length - lasting.length,
          paid_in: sum(sales.map(({ paid }) => paid)),
          refunded: sum(sales.map(({ refunded }) => refunded)),
          hall_bids: hallBids.length,
          hall_lots: new Set(hallBids.map(({ lot }) => lot)).size,
          hall_wins: hallWins.length,
          hall_hammer_price: hallSum('hammer'),
          hall_price_with_premium: hallSum('with-premium'),
          first_bid_at: bids.length === 0 ? null : Math.min(...bids.map(({ at }) => at)),
          last_bid_at: bids.length === 0 ? null : Math.max(...bids.map(({ at }) => at)),
        });
      });
    });
  }

  private cohorts(): OracleRow[] {
    const lots = [...this.lots.values()];
    const told = [...[...this.hallBids.values()].flat().map(bidderOf), ...[...this.halls.values()].map(buyerOf)];
    const bidders = new Set([...lots.flatMap(({ bids }) => bids.map(({ bidder }) => bidder)), ...told]);
    const standing = lots.flatMap(({ sales }) => sales.filter(({ lapsed }) => !lapsed));
    const buyers = new Set(standing.map(({ buyer }) => buyer));
    return [...Map.groupBy([...this.people], ([, day]) => day)].map(([day, members]) =>
      texts({
        registered_on: day,
        registered: members.length,
        have_bid: members.filter(([id]) => bidders.has(id)).length,
        have_bought: members.filter(([id]) => buyers.has(id)).length,
      }),
    );
  }

  private sellers({ sellerTiers }: GoldThresholds): OracleRow[] {
    const groups = new Map<string, Lot[]>();
    for (const lot of this.lots.values()) {
      const key = `${lot.seller} ${lot.currency}`;
      groups.set(key, [...(groups.get(key) ?? []), lot]);
    }
    const halls = [...this.halls.values()];
    for (const { sellerId, currency } of halls)
      if (sellerId !== null && !groups.has(`${sellerId} ${currency}`)) groups.set(`${sellerId} ${currency}`, []);
    const totals = [...groups].map(([key, lots]) => {
      const [seller = '', currency = ''] = key.split(' ');
      const lasting = lots.flatMap(({ sales }) => sales.filter(({ lapsed }) => !lapsed));
      const hammer = lasting.reduce((sum, sale) => sum + sale.hammer, 0n);
      return { seller, currency, lots, lasting, hammer };
    });
    return totals.map(({ seller, currency, lots, lasting, hammer }) => {
      const ended = lots.filter(({ outcome }) => ['sold', 'passed', 'withdrawn'].includes(outcome)).length;
      const sold = lasting.length;
      const conversion = ended === 0 ? 0n : (BigInt(sold) * 10_000n) / BigInt(ended);
      const tier = sellerTiers.find(
        ({ salesMin, conversionBpMin }) => sold >= salesMin && conversion >= conversionBpMin,
      );
      const called = halls.filter((one) => one.sellerId === seller && one.currency === currency);
      const hallSum = (kind: string): bigint =>
        called.reduce((sum, { price, priceKind }) => sum + (priceKind === kind ? (price ?? 0n) : 0n), 0n);
      const better = totals.filter((other) => other.currency === currency && other.hammer > hammer).length;
      return texts({
        seller_id: seller,
        seller: alias('seller', seller),
        currency,
        seller_rank: better + 1,
        tier: tier?.tier ?? null,
        listed: lots.length,
        ended,
        sold,
        conversion_bp: conversion,
        hammer_price: hammer,
        average_hammer_price: sold === 0 ? null : hammer / BigInt(sold),
        platform_fee: lasting.reduce((sum, { fee }) => sum + fee, 0n),
        seller_proceeds: lasting.reduce((sum, { proceeds }) => sum + proceeds, 0n),
        paid_out: lots.reduce((sum, { paidOut }) => sum + paidOut, 0n),
        refunded_sales: lasting.filter(({ isRefunded }) => isRefunded).length,
        bids: lots.reduce((sum, { bids }) => sum + bids.length, 0),
        hall_lots: called.length,
        hall_sold: called.filter(({ outcome }) => outcome === 'sold').length,
        hall_hammer_price: hallSum('hammer'),
        hall_price_with_premium: hallSum('with-premium'),
      });
    });
  }
}

const UNKNOWN_OF_HALLS = [
  'listed_at',
  'opens_at',
  'passed_reason',
  'relisted_as',
  'starting_price',
  'price_lift_bp',
  'bids',
  'bidders',
  'bids_retracted',
  'bids_voided',
  'bids_replaced',
  'bids_last_minute',
  'extensions',
  'first_bid_at',
  'last_bid_at',
  'payment_status',
  'paid_at',
  'payment_ms',
];

const bidderOf = ({ bidderId, bidderKey }: HallBidRecorded): string | null => bidderId ?? bidderKey;
const buyerOf = ({ buyerId, buyerKey }: HallResultRecorded): string | null => buyerId ?? buyerKey;

/** What is known of the bids in a past online auction; of a hall's lot nobody knows them all. */
function biddingIn({ venue, startingPrice, price, priceKind }: HallResultRecorded, bids: readonly HallBidRecorded[]) {
  if (venue === 'hall') return {};
  const people = bids.map(bidderOf);
  const times = bids.flatMap(({ placedAt }) => (placedAt === null ? [] : [placedAt]));
  const lift = priceKind === 'hammer' && price !== null && startingPrice !== null;
  return {
    starting_price: startingPrice,
    price_lift_bp: lift ? ((price - startingPrice) * 10_000n) / startingPrice : null,
    bids: bids.length,
    bidders: people.includes(null) ? null : new Set(people).size,
    first_bid_at: times.length === 0 ? null : Math.min(...times),
    last_bid_at: times.length === 0 ? null : Math.max(...times),
  };
}

function hallLot([streamId, lot]: readonly [string, HallResultRecorded], bids: readonly HallBidRecorded[]): OracleRow {
  const { venue, sellerId, item, currency, heldAt, outcome, price, priceKind } = lot;
  return texts({
    ...Object.fromEntries(UNKNOWN_OF_HALLS.map((name) => [name, null])),
    ...biddingIn(lot, bids),
    auction_id: streamId.slice('hall-'.length),
    sold_in: venue,
    seller_id: sellerId,
    seller: sellerId === null ? null : alias('seller', sellerId),
    title: item.title,
    category: item.category,
    format: venue,
    currency,
    ended_at: heldAt,
    outcome,
    sold_via: outcome !== 'sold' ? null : venue === 'hall' ? 'Hall' : 'Online',
    hammer_price: priceKind === 'hammer' ? price : null,
    price_with_premium: priceKind === 'with-premium' ? price : null,
  });
}

function closingMinutes({ id, outcome, endedAt, category, currency, bids }: Lot): readonly OracleRow[] {
  if (endedAt === null || !['sold', 'passed'].includes(outcome)) return [];
  const late = bids.map(({ at }) => Math.floor((endedAt - at) / 60_000)).filter((minutes) => minutes < 60);
  return [...Map.groupBy(late, (minutes) => minutes)].map(([minutes, inIt]) =>
    texts({ auction_id: id, minutes_to_close: minutes, ended_at: endedAt, category, currency, bids: inIt.length }),
  );
}

function performance(lot: Lot): OracleRow {
  const sale = lot.sales.find(({ lapsed }) => !lapsed) ?? null;
  const times = lot.bids.map(({ at }) => at);
  const status = (of: Sale): string =>
    of.isRefunded ? 'refunded' : of.payouts > 0 ? 'settled' : of.paidAt === null ? 'unpaid' : 'paid';
  return texts({
    auction_id: lot.id,
    sold_in: 'auction',
    seller_id: lot.seller,
    seller: alias('seller', lot.seller),
    title: lot.title,
    category: lot.category,
    format: lot.format,
    currency: lot.currency,
    listed_at: lot.listedAt,
    opens_at: lot.opensAt,
    ended_at: lot.endedAt,
    outcome: lot.outcome,
    passed_reason: lot.passedReason,
    relisted_as: lot.relistedAs,
    starting_price: lot.start,
    sold_via: sale?.via ?? null,
    hammer_price: sale?.hammer ?? null,
    price_with_premium: sale === null ? null : sale.hammer + sale.premium,
    price_lift_bp: sale === null ? null : ((sale.hammer - lot.start) * 10_000n) / lot.start,
    bids: lot.bids.length,
    bidders: new Set(lot.bids.map(({ bidder }) => bidder)).size,
    bids_retracted: lot.retracted,
    bids_voided: lot.voided,
    bids_replaced: lot.bids.filter(({ replaced }) => replaced).length,
    bids_last_minute: lot.bids.filter(({ snipe }) => snipe).length,
    extensions: lot.extensions,
    first_bid_at: times.length === 0 ? null : Math.min(...times),
    last_bid_at: times.length === 0 ? null : Math.max(...times),
    payment_status: sale === null ? null : status(sale),
    paid_at: sale?.paidAt ?? null,
    payment_ms: sale === null || sale.paidAt === null ? null : sale.paidAt - sale.soldAt,
  });
}
