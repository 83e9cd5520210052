// What commands on sales take, and what they are answered with.
import { z } from 'zod';
import { REGISTRATIONS, SOFT_CLOSE_MOVES } from '../../domain/sale/sale.events.js';
import { bodyOf, type FieldsOf } from './body.js';
import { incrementStep, itemIn, retractionIn, softCloseIn } from './commands.schema.js';
import { inGraphQL } from './graphql-names.js';
import { amount, amountIn, currency, idIn, judgedText, millisecondsIn, timeIn, uuid } from './values.schema.js';

export const SALE_KINDS = ['timed', 'hall'] as const;
export const SALE_STATUSES = ['drafted', 'published', 'open', 'closed', 'cancelled'] as const;
export const PADDLE_STATUSES = ['requested', 'given', 'refused'] as const;
export const SALE_SORTS = ['opening-soonest', 'opening-latest'] as const;

const LOT_INTERVAL_MS = 20_000;

const saleFields = {
  kind: z.enum(SALE_KINDS).register(inGraphQL, { name: 'SaleKind' }).default('timed').meta({
    description: '`timed`: the lots close one after the other. `hall`: held in a hall; no bids are taken here.',
  }),
  title: judgedText,
  currency,
  termsVersion: judgedText.meta({ description: 'Your name for the conditions of sale that bidders agree to.' }),
  viewingNotes: judgedText.default('').meta({ description: 'When and where the lots can be seen.' }),
  opensAt: timeIn.meta({ description: 'When bidding begins, or the sale in the hall.' }),
  closesAt: timeIn.optional().meta({ description: 'When the first lot of a timed sale closes.' }),
  lotIntervalMs: millisecondsIn
    .default(LOT_INTERVAL_MS)
    .meta({ description: 'From the close of a lot to that of the next, from 1 second to 1 hour.' }),
  softClose: softCloseIn.nullable().optional().meta({
    description: "A late bid moves the close. Null is none; the house's own unless given.",
  }),
  softCloseMoves: z
    .enum(SOFT_CLOSE_MOVES)
    .register(inGraphQL, { name: 'SoftCloseMoves' })
    .default('lot')
    .meta({ description: 'What a late bid moves: its own `lot`, or `lots-behind` as well, to keep the interval.' }),
  increments: z.array(incrementStep).max(100).optional().meta({
    description: "Steps by price, the last without `below`. The house's table for the currency unless given.",
  }),
  retraction: retractionIn.optional(),
  feeSchedule: z
    .string()
    .optional()
    .meta({ description: 'One of the house’s schedules of fees; its own unless given.' }),
  taxRateBp: z.int().optional().meta({
    description: 'Tax on hammer and premium, in hundredths of a per cent; as the schedule says unless given.',
  }),
  paymentTermDays: z
    .int()
    .optional()
    .meta({ description: 'Days to pay from the invoice on; the house’s own unless given.' }),
  registration: z.enum(REGISTRATIONS).register(inGraphQL, { name: 'SaleRegistration' }).default('approval').meta({
    description:
      'How bidders get a paddle. `none`: bids need none. `open`: whoever asks. `limit`: whoever asks, for bids up to `biddingLimit`. `approval`: staff decide.',
  }),
  biddingLimit: amountIn
    .nullable()
    .default(null)
    .meta({ description: 'The most that one bid may be, where registration is by `limit`.' }),
};

const closeOfTimed = {
  test: ({ kind, closesAt }: Readonly<{ kind?: unknown; closesAt?: unknown }>): boolean =>
    (kind === 'hall') === (closesAt === undefined),
  error: 'must be given for a timed sale, and for no other',
  path: ['closesAt'],
};

export const saleBody = bodyOf('Sale', saleFields, 'The terms of a sale. Every lot is sold under them.', closeOfTimed);

const lotNumberIn = judgedText.meta({
  description: 'A whole number, and a letter behind it for a lot in between: 12A.',
});

export const lotBody = bodyOf('Lot', {
  lotId: idIn.auction
    .optional()
    .meta({ description: 'A UUID of version 8, for importers; made from the command id unless given.' }),
  lotNumber: lotNumberIn.nullable().default(null).meta({ description: 'The next whole number unless given.' }),
  sellerId: idIn.user,
  item: itemIn,
  startingPrice: amountIn,
  reservePrice: amountIn.nullable().default(null).meta({ description: 'Secret. Below it nothing is sold.' }),
  lowEstimate: amountIn.nullable().default(null),
  highEstimate: amountIn.nullable().default(null),
});

export const lotNumberBody = bodyOf('LotNumber', { lotNumber: lotNumberIn });

export const paddleBody = bodyOf('Paddle', {
  biddingLimit: amountIn
    .nullable()
    .default(null)
    .meta({ description: 'The most that one bid may be; null is no limit.' }),
});

const accepted = {
  outcome: z.literal('accepted'),
  commandId: uuid,
  repeated: z.boolean(),
  saleId: uuid,
  revision: z.int().meta({ description: "The sale's revision after this; reads show it once they have caught up." }),
};

export const saleAccepted = z.object(accepted).meta({ id: 'SaleAccepted' });

export const lotAccepted = z
  .object({
    ...accepted,
    lotId: uuid.meta({ description: 'Also the id of the auction in which the lot is sold.' }),
    lotNumber: z.string(),
  })
  .meta({ id: 'LotAccepted' });

export const paddleAccepted = z
  .object({
    ...accepted,
    bidderId: uuid,
    paddle: z.int().nullable().meta({ description: 'The number to bid under; null while staff are to decide.' }),
    biddingLimit: amount.nullable().meta({ description: 'The most that one bid may be; null is no limit.' }),
  })
  .meta({ id: 'PaddleAccepted' });

export type SaleBody = FieldsOf<typeof saleBody>;
export type SaleAnswer = z.output<typeof saleAccepted> | z.output<typeof lotAccepted> | z.output<typeof paddleAccepted>;
