// What `gavel sale import` asks of a running house.
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type ItemDetails, NO_DETAILS } from '../domain/auction/item-details.js';
import { LENGTH_UNITS, WEIGHT_UNITS } from '../domain/auction/terms.js';
import type { CommandId, SaleId } from '../domain/ids.js';
import { type Currency, isCurrency } from '../domain/money.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import type { CatalogueLot } from './catalogue-file.js';

export type ImportProblem = Readonly<{ line: number; column: string; problem: string }>;
export type SaleOnRecord = Readonly<{ saleId: SaleId; title: string; currency: Currency }>;

const ANSWER_WITHIN_MS = 30_000;
/** A house that is busy says when to come again; one that is down is asked a few times more. */
const TRIES_MAX = 10;
const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 60_000;
const LOTS_A_PAGE = 200;

const errorsSchema = z.array(z.object({ message: z.string() })).min(1);
const saleSchema = z.object({
  sale: z.object({ title: z.string(), status: z.string(), currency: z.string().refine(isCurrency) }).nullable(),
});
/** GraphQL writes units in capitals. */
const unitOf = <const Units extends readonly [string, ...string[]]>(units: Units) =>
  z.string().toLowerCase().pipe(z.enum(units));
const detailsSchema = z.object({
  conditionReport: z.string().nullable(),
  provenance: z.string().nullable(),
  shippingNotes: z.string().nullable(),
  dimensions: z
    .object({ width: z.number(), height: z.number(), depth: z.number().nullable(), unit: unitOf(LENGTH_UNITS) })
    .nullable(),
  weight: z.object({ value: z.number(), unit: unitOf(WEIGHT_UNITS) }).nullable(),
});
const DETAILS = `details { conditionReport provenance shippingNotes dimensions { width height depth unit } weight { value unit } }`;
const lotSchema = z.object({
  lotId: z.string(),
  lotNumber: z.string(),
  sellerId: z.string(),
  title: z.string(),
  description: z.string(),
  category: z.string(),
  startingPrice: z.string(),
  hasReserve: z.boolean(),
  lowEstimate: z.string().nullable(),
  highEstimate: z.string().nullable(),
  details: detailsSchema.nullable(),
});
const lotsSchema = z.object({ saleLots: z.object({ rows: z.array(lotSchema), next: z.string().nullable() }) });
const userSchema = z.object({ user: z.object({ status: z.string() }).nullable() });
const answerSchema = z.object({
  outcome: z.string().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

type LotOnRecord = z.output<typeof lotSchema>;

const SALE = 'query($id: ID!) { sale(id: $id) { title status currency } }';
const LOTS = `query($id: ID!, $cursor: String) { saleLots(saleId: $id, limit: ${LOTS_A_PAGE}, cursor: $cursor) {
  rows { ${Object.keys(lotSchema.omit({ details: true }).shape).join(' ')} ${DETAILS} } next } }`;
const USER = 'query($id: ID!) { user(id: $id) { status } }';

type Parts = Readonly<{ url: URL; token: string; runtime: Runtime }>;

export class SaleClient {
  constructor(private readonly parts: Parts) {}

  /** The sale, as long as lots may be put into it; refuses any other. */
  async draft(saleId: SaleId): Promise<SaleOnRecord> {
    const { sale } = await this.ask(saleSchema, SALE, { id: saleId });
    if (sale === null) throw new OperatorError(`there is no sale ${saleId}, or only staff may see it`);
    const { title, status, currency } = sale;
    if (status !== 'DRAFTED')
      throw new OperatorError(
        `${JSON.stringify(title)} is ${status.toLowerCase()}: lots are put into a sale until it is published`,
      );
    return { saleId, title, currency };
  }

  /** Which lots are not in the sale yet, and what is wrong with those that cannot be. */
  async compare(
    { saleId }: SaleOnRecord,
    lots: readonly CatalogueLot[],
  ): Promise<Readonly<{ missing: readonly CatalogueLot[]; problems: readonly ImportProblem[] }>> {
    const known = await this.lots(saleId);
    const byId = new Map(known.map((lot) => [lot.lotId, lot]));
    const byNumber = new Map(known.map((lot) => [lot.lotNumber, lot]));
    const sellers = await this.sellers(lots);
    const [missing, problems] = [[] as CatalogueLot[], [] as ImportProblem[]];
    for (const lot of lots) {
      const problem =
        sellers.get(lot.sellerId) ?? objectionTo(lot, byId.get(lot.lotId) ?? null, byNumber.get(lot.lotNumber) ?? null);
      if (problem !== null) problems.push({ line: lot.line, ...problem });
      else if (!byId.has(lot.lotId)) missing.push(lot);
    }
    return { missing, problems };
  }

  /** Puts a lot into the sale; what the house said if it did not take it. A lot of this id that is there already is this one. */
  async add(saleId: SaleId, lot: CatalogueLot, commandId: CommandId): Promise<string | null> {
    const { lotId, lotNumber, sellerId, details } = lot;
    const response = await this.send(`/sales/${saleId}/lots`, { commandId, lotId, lotNumber, sellerId, ...details });
    const { outcome, reason, message } = answerSchema.safeParse(response.body).data ?? {};
    if (outcome === 'accepted' || reason === 'LotAlreadyAdded') return null;
    return message ?? `it answered ${response.status}`;
  }

  private async lots(saleId: SaleId): Promise<readonly LotOnRecord[]> {
    const all: LotOnRecord[] = [];
    for (let cursor: string | null = null; ; ) {
      const page: z.output<typeof lotsSchema> = await this.ask(lotsSchema, LOTS, { id: saleId, cursor });
      all.push(...page.saleLots.rows);
      cursor = page.saleLots.next;
      if (cursor === null) return all;
    }
  }

  /** What is wrong with each seller; null for nothing. */
  private async sellers(lots: readonly CatalogueLot[]): Promise<ReadonlyMap<string, Told | null>> {
    const found = new Map<string, Told | null>();
    for (const id of new Set(lots.map(({ sellerId }) => sellerId))) {
      const { user } = await this.ask(userSchema, USER, { id });
      const problem = user === null ? 'is nobody’s account' : `is an account that is ${user.status.toLowerCase()}`;
      found.set(id, user?.status === 'ACTIVE' ? null : { column: 'seller', problem });
    }
    return found;
  }

  private async ask<Answer>(schema: z.ZodType<Answer>, query: string, variables: object): Promise<Answer> {
    const { status, body } = await this.send('/graphql', { query, variables });
    const { data, errors } = body instanceof Object ? (body as { data?: unknown; errors?: unknown }) : {};
    const read = schema.safeParse(data);
    if (read.success) return read.data;
    const said = errorsSchema.safeParse(errors).data?.[0]?.message ?? `it answered ${status}`;
    throw new OperatorError(`the house did not say what is in the sale: ${said}`);
  }

  private async send(path: string, body: object): Promise<Readonly<{ status: number; body: unknown }>> {
    for (let tries = 1; ; tries++) {
      const response = await this.once(path, body).catch((error: unknown) => {
        if (tries < TRIES_MAX) return null;
        throw error;
      });
      const isBusy = response === null || response.status === 429 || response.status === 503;
      if (response !== null && (!isBusy || tries === TRIES_MAX)) return response;
      await this.parts.runtime.sleep(Math.min(response?.retryAfterMs ?? PAUSE_MS, PAUSE_MAX_MS));
    }
  }

  private async once(path: string, body: object) {
    const { url, token } = this.parts;
    const response = await fetch(new URL(path, url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : PAUSE_MS;
    return { status: response.status, retryAfterMs, body: (await response.json().catch(() => null)) as unknown };
  }
}

type Told = Omit<ImportProblem, 'line'>;

/** Why a lot cannot be put in beside what the sale has; null also where it is there already, and the same. */
function objectionTo(lot: CatalogueLot, same: LotOnRecord | null, numbered: LotOnRecord | null): Told | null {
  if (same !== null && same.lotNumber !== lot.lotNumber)
    return { column: 'lot_number', problem: `${lot.lotNumber} was imported before, and is lot ${same.lotNumber} now` };
  if (same === null)
    return numbered === null
      ? null
      : { column: 'lot_number', problem: `${lot.lotNumber} is the number of another lot in the sale` };
  const column = differenceIn(lot, same);
  return column === null
    ? null
    : {
        column,
        problem: `differs from lot ${lot.lotNumber} in the sale; withdraw that lot first, or leave the row out`,
      };
}

/** The first column in which a row differs from the lot that was made of it. Secret reserves and ends of long texts are not shown. */
function differenceIn({ sellerId, details }: CatalogueLot, lot: LotOnRecord): string | null {
  const { item, startingPrice, reservePrice, lowEstimate, highEstimate } = details;
  const isSame: readonly (readonly [string, boolean])[] = [
    ['seller', sellerId === lot.sellerId],
    ['title', item.title === lot.title],
    ['description', beginsLike(item.description, lot.description)],
    ['category', item.category === lot.category],
    ['starting_price', `${startingPrice}` === lot.startingPrice],
    ['reserve_price', (reservePrice !== null) === lot.hasReserve],
    ['low_estimate', (lowEstimate?.toString() ?? null) === lot.lowEstimate],
    ['high_estimate', (highEstimate?.toString() ?? null) === lot.highEstimate],
  ];
  return isSame.find(([, same]) => !same)?.[0] ?? differenceInDetails(item.details ?? null, lot.details);
}

const beginsLike = (text: string | null, shown: string | null): boolean =>
  shown === null ? text === null : (text?.startsWith(shown.replace(/…$/, '')) ?? false);

function differenceInDetails(details: ItemDetails | null, shown: LotOnRecord['details']): string | null {
  const [row, lot] = [details ?? NO_DETAILS, shown ?? NO_DETAILS];
  const isSame: readonly (readonly [string, boolean])[] = [
    ['condition_report', beginsLike(row.conditionReport, lot.conditionReport)],
    ['provenance', beginsLike(row.provenance, lot.provenance)],
    ['shipping_notes', beginsLike(row.shippingNotes, lot.shippingNotes)],
    ['width', isDeepStrictEqual({ ...row.dimensions }, { ...lot.dimensions })],
    ['weight', isDeepStrictEqual({ ...row.weight }, { ...lot.weight })],
  ];
  return isSame.find(([, same]) => !same)?.[0] ?? null;
}
