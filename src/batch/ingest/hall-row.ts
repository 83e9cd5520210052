// One row of a house's file, read as its profile says: a command, or what is wrong with the row.
import type { CommandEnvelope } from '../../bus/command-bus.js';
import { type CommandId, hallResultId, type UserId, userId, uuidIn } from '../../domain/ids.js';
import { type Currency, isCurrency, type Minor } from '../../domain/money.js';
import type { RecordHallResult } from '../../domain/sale/hall-result.commands.js';
import type { HallOutcome, SourceLine } from '../../domain/sale/hall-result.events.js';
import { normalText } from '../../domain/text.js';
import type { Instant } from '../../domain/time.js';
import { bigintAsText } from '../../runtime/bigint-text.js';
import { houseCommandId, nameUuid } from '../../runtime/name-uuid.js';
import { columnsIn, type FieldName, type From, type Profile } from './profile.js';
import { amountIn, timeReader, type Wrong } from './values.js';

/** A row's values by column. */
export type RowValues = Readonly<Record<string, string>>;

/** Why a row cannot be taken: the column as the file calls it (nothing where it is the whole row), and what would be right. */
export type RowProblem = Readonly<{ column: string; reason: string }>;

class Unfit extends Error {
  constructor(readonly problem: RowProblem) {
    super(problem.reason);
  }
}

/** A result on its way to the bus. */
export type HallEnvelope = CommandEnvelope & Readonly<{ command: RecordHallResult }>;

export type RowReader = (row: RowValues, source: SourceLine) => HallEnvelope | RowProblem;

/** Reads rows by a profile. `corrects`: the rows may replace results that are on record. */
export function rowReader(profile: Profile, corrects: boolean): RowReader {
  const timeIn = timeReader(profile.dates, profile.utcOffset);
  const empty = new Set(profile.empty.map((text) => text.toLowerCase()));
  return (row, source) => {
    try {
      return envelopeOf(commandOf(new Row(row, profile, empty, timeIn), { source, corrects }));
    } catch (error) {
      if (error instanceof Unfit) return error.problem;
      throw error;
    }
  };
}

/** The column that a field is read from, for what the rules of the house refuse. */
export function columnOf(profile: Profile, field: string): string {
  const of = Object.hasOwn(profile.fields, field) ? profile.fields[field as FieldName] : undefined;
  return of === undefined ? '' : (columnsIn(of)[0] ?? '');
}

class Row {
  readonly currency: Currency;

  constructor(
    private readonly values: RowValues,
    readonly profile: Profile,
    private readonly empty: ReadonlySet<string>,
    private readonly timeIn: (text: string) => Instant | Wrong,
  ) {
    this.currency = this.readCurrency();
  }

  /** A field as text; nothing where it has no value. */
  text(field: FieldName): string {
    const of = this.profile.fields[field];
    return of === undefined ? '' : this.textOf(of);
  }

  amount(field: FieldName): Minor | null {
    const text = this.text(field);
    return text === '' ? null : this.checked(field, amountIn(text, this.currency, this.profile.decimals));
  }

  time(field: FieldName): Instant {
    return this.checked(field, this.timeIn(this.text(field)));
  }

  user(field: FieldName): UserId | null {
    const text = this.text(field);
    if (text === '') return null;
    const id = uuidIn(text);
    return id === null ? this.unfit(field, 'must be the UUID of an account') : userId(id);
  }

  outcome(): HallOutcome {
    for (const rule of this.profile.outcomes)
      if (!('column' in rule) || rule.matches.test(this.cell(rule.column))) return rule.outcome;
    const columns = [...new Set(this.profile.outcomes.map((rule) => ('column' in rule ? rule.column : '')))];
    throw new Unfit({ column: columns[0] ?? '', reason: 'fits none of the outcomes that the profile knows' });
  }

  private readCurrency(): Currency {
    const { currency } = this.profile;
    if (typeof currency === 'string') return currency;
    const code = this.cell(currency.column).toUpperCase();
    if (isCurrency(code)) return code;
    throw new Unfit({
      column: currency.column,
      reason: 'must be the code of a currency that the house sells in, as USD',
    });
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
    return this.empty.has(text.toLowerCase()) ? '' : text;
  }

  private checked<Value>(field: FieldName, value: Value | Wrong): Value {
    if (typeof value === 'object' && value !== null && 'wrong' in value) return this.unfit(field, value.wrong);
    return value as Value;
  }

  private unfit(field: FieldName, reason: string): never {
    throw new Unfit({ column: columnOf(this.profile, field), reason });
  }
}

function commandOf(
  row: Row,
  { source, corrects }: Readonly<{ source: SourceLine; corrects: boolean }>,
): RecordHallResult {
  const { profile, currency } = row;
  const outcome = row.outcome();
  const isSold = outcome === 'sold';
  const price = isSold || profile.unsoldPrice === 'refuse' ? row.amount('price') : null;
  const oneLine = (field: FieldName): string => row.text(field).replaceAll(/\s*\n\s*/g, ' ');
  const lot = { sale: oneLine('sale'), lotNumber: oneLine('lotNumber'), title: oneLine('title') };
  const heldAt = row.time('heldAt');
  const names = profile.unique.map((field) => (field === 'heldAt' ? String(heldAt) : lot[field]));
  return {
    type: 'RecordHallResult',
    hallResultId: hallResultId(nameUuid('hall result', JSON.stringify([profile.name, ...names]))),
    sale: lot.sale,
    lotNumber: lot.lotNumber,
    item: { title: lot.title, description: row.text('description'), category: oneLine('category') },
    currency,
    lowEstimate: row.amount('lowEstimate'),
    highEstimate: row.amount('highEstimate'),
    reservePrice: row.amount('reservePrice'),
    outcome,
    price,
    priceKind: price === null ? null : profile.priceKind,
    buyerId: row.user('buyerId'),
    paddle: row.text('paddle') || null,
    sellerId: row.user('sellerId'),
    heldAt,
    corrects,
    source,
  };
}

function envelopeOf(command: RecordHallResult): HallEnvelope {
  return { command, commandId: commandIdOf(command), actor: { kind: 'house' }, correlationId: null };
}

/**
 * The command's id: a UUID version 7 made of what the row says, wherever it stands. The same row in any file, however often,
 * is one command; a row that says something else about its lot is another.
 */
export function commandIdOf({ source: _, ...said }: RecordHallResult): CommandId {
  return houseCommandId('hall result', JSON.stringify(said, bigintAsText), said.heldAt);
}
