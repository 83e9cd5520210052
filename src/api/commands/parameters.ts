// What stands in the addresses of commands: ids, and the numbers that bids, sales and offers have in their auction.
import { z } from 'zod';
import { inGraphQL } from '../schemas/graphql-names.js';
import { idIn } from '../schemas/values.schema.js';

/** `text` reads it from an address, `value` where JSON or GraphQL has it. */
type Parameter<Text extends z.ZodType, Value extends z.ZodType> = Readonly<{ text: Text; value: Value }>;

const id = <Id extends z.ZodType>(schema: Id): Parameter<Id, Id> => ({ text: schema, value: schema });

const ordinal = (problem: string, description = '') => {
  const meta = description === '' ? {} : { description };
  return {
    text: z
      .string()
      .regex(/^[1-9]\d{0,8}$/, problem)
      .transform(Number)
      .meta(meta),
    value: z.int().positive(problem).meta(meta),
  };
};

const feedbackSide = z
  .enum(['buyer', 'seller'], 'must be buyer or seller')
  .register(inGraphQL, { name: 'FeedbackSide' })
  .meta({ description: 'Who gave the feedback.' });

/** By the name that a route has for it. */
export const PARAMETERS = {
  auctionId: id(idIn.auction),
  userId: id(idIn.user),
  caseId: id(idIn.fraudCase),
  saleId: id(idIn.sale),
  payoutRunId: id(idIn.payoutRun),
  lotId: id(idIn.auction),
  bidderId: id(idIn.user),
  bidNumber: ordinal('must be the number of a bid'),
  transactionNumber: ordinal(
    'must be the number of a transaction',
    'Of the sale in its auction: the first is number 1.',
  ),
  offerNumber: ordinal('must be the number of an offer'),
  questionNumber: ordinal('must be the number of a question'),
  side: id(feedbackSide),
} as const;

export type ParameterName = keyof typeof PARAMETERS;

type NamesIn<Route extends string> = Route extends `${string}:${infer Name}/${infer Rest}`
  ? Name | NamesIn<Rest>
  : Route extends `${string}:${infer Name}`
    ? Name
    : never;

/** What the parameters of a route come to. */
export type ParametersOf<Route extends string> = {
  readonly [Name in NamesIn<Route> & ParameterName]: z.output<(typeof PARAMETERS)[Name]['value']>;
};

/** The names in a route, in its order. Throws on one that is not declared here. */
export function parametersIn(route: string): readonly ParameterName[] {
  return [...route.matchAll(/:(\w+)/g)].map(([, name = '']) => {
    if (!isParameter(name)) throw new Error(`the route ${route} names ${name}, which is not in commands/parameters.ts`);
    return name;
  });
}

const isParameter = (name: string): name is ParameterName => Object.hasOwn(PARAMETERS, name);

/** The schemas of these parameters, as a route's address or as values. */
export const parameterSchemas = (
  names: readonly ParameterName[],
  form: 'text' | 'value',
): Readonly<Record<string, z.ZodType>> => Object.fromEntries(names.map((name) => [name, PARAMETERS[name][form]]));
