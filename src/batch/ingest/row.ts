// One row of a house's file: its fields as the profile finds and reads them, or what is wrong with the row.
import { type BidderKey, bidderKey, type UserId, userId, uuidIn } from '../../domain/ids.js';
import { type Currency, isCurrency, type Minor } from '../../domain/money.js';
import type { HallBid, HallOutcome } from '../../domain/sale/hall-result.events.js';
import { normalText } from '../../domain/text.js';
import type { Instant } from '../../domain/time.js';
import { nameUuid } from '../../runtime/name-uuid.js';
import { type BidFieldName, columnsIn, type FieldName, type From, type FromBids, type Profile } from './profile.js';
import { amountIn, minorIn, timeReader, type Wrong } from './values.js';

/** A row's values by column. */
export type RowValues = Readonly<Record<string, string>>;

/** Why a row cannot be taken: the column as the file calls it (nothing where it is the whole row), and what would be right. */
export type RowProblem = Readonly<{ column: string; reason: string }>;

/** Thrown on a value that does not fit; `problemOf` makes a value of it. */
export class Unfit extends Error {
  constructor(readonly problem: RowProblem) {
    super(problem.reason);
  }
}

/** Null if the row could be read. */
export function problemOf(read: () => unknown): RowProblem | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof Unfit) return error.problem;
    throw error;
  }
}

type AnyField = FieldName | BidFieldName;

/** Where a field is read from; nothing where the profile does not have it. */
function sourceOf({ fields, bids }: Profile, field: string): From | FromBids | undefined {
  if (Object.hasOwn(fields, field)) return fields[field as FieldName];
  return bids !== undefined && Object.hasOwn(bids, field) ? bids[field as BidFieldName] : undefined;
}

/** The column that a field is read from, for what the rules of the house refuse. */
export function columnOf(profile: Profile, field: string): string {
  const of = sourceOf(profile, field);
  return of === undefined ? '' : (columnsIn(of)[0] ?? '');
}

/** What a profile says of values, ready to be applied to each row. */
export class RowForm {
  readonly empty: ReadonlySet<string>;
  readonly timeIn: (text: string) => Instant | Wrong;

  constructor(readonly profile: Profile) {
    this.empty = new Set(profile.empty.map((text) => text.toLowerCase()));
    this.timeIn = timeReader(profile.dates, profile.utcOffset);
  }
}

const BID_FIELDS: readonly BidFieldName[] = ['bidder', 'bidderId', 'amount', 'maximum', 'placedAt'];

export class Row {
  constructor(
    private readonly values: RowValues,
    private readonly form: RowForm,
  ) {}

  get profile(): Profile {
    return this.form.profile;
  }

  /** A field as text; nothing where it has no value, or the bids tell it. */
  text(field: AnyField): string {
    const of = sourceOf(this.profile, field);
    return of === undefined || 'bids' in of ? '' : this.textOf(of);
  }

  amount(field: AnyField): Minor | null {
    const text = this.text(field);
    return text === '' ? null : this.amountOf(field, text);
  }

  time(field: AnyField): Instant {
    return this.checked(field, this.form.timeIn(this.text(field)));
  }

  user(field: AnyField): UserId | null {
    const text = this.text(field);
    if (text === '') return null;
    const id = uuidIn(text);
    return id === null ? this.unfit(field, 'must be the UUID of an account') : userId(id);
  }

  /** Whoever the file calls so: the same in all files of the profile. The name itself is not kept. */
  key(field: AnyField): BidderKey | null {
    const text = this.text(field);
    return text === '' ? null : bidderKey(nameUuid('bidder', JSON.stringify([this.profile.name, text])));
  }

  outcome(): HallOutcome {
    for (const rule of this.profile.outcomes)
      if (!('column' in rule) || rule.matches.test(this.cell(rule.column))) return rule.outcome;
    const columns = [...new Set(this.profile.outcomes.map((rule) => ('column' in rule ? rule.column : '')))];
    throw new Unfit({ column: columns[0] ?? '', reason: 'fits none of the outcomes that the profile knows' });
  }

  currency(): Currency {
    const { currency } = this.profile;
    if (typeof currency === 'string') return currency;
    const code = this.cell(currency.column).toUpperCase();
    if (isCurrency(code)) return code;
    throw new Unfit({
      column: currency.column,
      reason: 'must be the code of a currency that the house sells in, as USD',
    });
  }

  /** True for a field that the bids of the file tell. */
  isOfBids(field: FieldName): boolean {
    const of = sourceOf(this.profile, field);
    return of !== undefined && 'bids' in of;
  }

  /** The row's own bid, of a file of bids, and those that were left with the house. */
  bids(): readonly HallBid[] {
    return [...this.onlineBid(), ...this.commissionBids()];
  }

  private onlineBid(): readonly HallBid[] {
    if (BID_FIELDS.every((field) => this.text(field) === '')) return [];
    const [price, maximum] = [this.amount('amount'), this.amount('maximum')];
    if (price === null && maximum === null)
      this.unfit(this.profile.bids?.amount === undefined ? 'maximum' : 'amount', 'must have the amount of the bid');
    const placedAt = this.text('placedAt') === '' ? null : this.time('placedAt');
    const who = { bidderId: this.user('bidderId'), bidderKey: this.key('bidder'), paddle: null };
    return [{ bidType: 'online', ...who, price, maximum, placedAt }];
  }

  private commissionBids(): readonly HallBid[] {
    const parts = this.text('commissionBids')
      .split(';')
      .filter((part) => part.trim() !== '');
    return parts.map((part) => {
      const [, who, amount] = /^\s*([^\s:]+)\s*:\s*(\S.*)$/.exec(part) ?? [];
      if (who === undefined || amount === undefined)
        return this.unfit('commissionBids', 'must be paddles or accounts with their maxima, as A-17: 1200; A-20: 950');
      const account = uuidIn(who);
      const bidder = account === null ? { bidderId: null, paddle: who } : { bidderId: userId(account), paddle: null };
      const maximum = this.amountOf('commissionBids', amount.trim());
      return { bidType: 'commission', ...bidder, bidderKey: null, price: null, maximum, placedAt: null };
    });
  }

  private amountOf(field: AnyField, text: string): Minor {
    const { amounts, decimals } = this.profile;
    return this.checked(field, amounts === 'minor' ? minorIn(text) : amountIn(text, this.currency(), decimals));
  }

  private textOf(of: From): string {
    if ('value' in of) return of.value;
    if ('columns' in of) {
      const parts = of.columns.map((column) => ({ column, text: this.cell(column) })).filter(({ text }) => text !== '');
      return parts.map(({ column, text }) => (of.labelled ? `${column}: ${text}` : text)).join(of.join);
    }
    const text = this.cell(of.column);
    if (!('pattern' in of) || of.pattern === undefined) return text;
    const found = of.pattern.exec(text);
    return (found?.[1] ?? found?.[0] ?? '').trim();
  }

  /** A cell's text, its spaces made single; nothing for what stands for no value. */
  private cell(column: string): string {
    const text = normalText(this.values[column] ?? '')
      .replaceAll(/[^\S\n]+/gu, ' ')
      .trim();
    return this.form.empty.has(text.toLowerCase()) ? '' : text;
  }

  private checked<Value>(field: AnyField, value: Value | Wrong): Value {
    if (typeof value === 'object' && value !== null && 'wrong' in value) return this.unfit(field, value.wrong);
    return value as Value;
  }

  private unfit(field: AnyField, reason: string): never {
    throw new Unfit({ column: columnOf(this.profile, field), reason });
  }
}
