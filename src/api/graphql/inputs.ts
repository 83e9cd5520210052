// What resolvers take, checked by the schemas that REST bodies are checked with. GraphQL has seen to the shape already.
import { z } from 'zod';
import { readOr400 } from '../http/schema.pipe.js';
import { PADDLE_STATUSES, SALE_SORTS, SALE_STATUSES } from '../schemas/sales.schema.js';
import { idIn, pageIn, pageRows } from '../schemas/values.schema.js';
import { auctionsQuery, ownTransactionsQuery, retractionRequestsQuery, runsQuery } from '../schemas/views.schema.js';

/** Pages ask for rows by number; REST has them as text. */
export const page = { ...pageIn, limit: pageRows.default(50) };
export const auctionsArgs = auctionsQuery.extend(page);
export const pageArgs = z.strictObject(page);
export const salesArgs = z.strictObject({
  ...page,
  status: z.enum(SALE_STATUSES).optional(),
  sort: z.enum(SALE_SORTS).default('opening-soonest'),
});
export const paddlesArgs = z.strictObject({ ...page, status: z.enum(PADDLE_STATUSES).optional() });
const day = z.iso
  .date('must be a day of UTC, as 2026-01-31')
  .refine((text) => text >= '0001', 'must be from the year 1 on');
export const goldArgs = z
  .strictObject({
    ...page,
    from: day.optional(),
    to: day.optional(),
    currency: z.string().optional(),
    category: z.string().max(100, 'must be at most 100 characters').optional(),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    message: 'must not be before from',
  });
export const retractionRequestsArgs = retractionRequestsQuery.extend(page);
export const alertsArgs = z.strictObject({ ...page, open: z.boolean().nullable().default(true) });
export const runsArgs = runsQuery.extend(page);
export const ownTransactionsArgs = ownTransactionsQuery.extend(page);
export const auctionFilter = auctionsQuery.omit({ limit: true, cursor: true });
export { idIn };

/** Nulls in a filter mean "any", as absence does. */
export const present = (filter: unknown): object => (typeof filter === 'object' && filter !== null ? filter : {});

/** The value as the schema reads it; throws a `RequestInvalid` that names the fields. A null on top counts as absent. */
export function read<Out>(schema: z.ZodType<Out>, given: object): Out {
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  return readOr400(schema, present, 'input');
}

/** An id in an argument of its own. */
export const readId = <Id>(schema: z.ZodType<Id>, id: unknown): Id =>
  read(z.object({ id: schema }), { id: id ?? '' }).id;
