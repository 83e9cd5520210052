// Who may use which field of the schema's roots, as routes say it for REST. A field that is not in the table, or a line
// without its field, stops the start: nothing is open by being forgotten.
import { defaultFieldResolver, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { type Access, type Caller, mayUse, STAFF } from '../auth/access.js';
import { COMMANDS } from '../commands/table.js';
import { ApiError } from '../http/api-error.js';
import { GOLD_FIELDS } from './gold.schema.js';

const ANALYSTS = ['analyst', ...STAFF] as const;

export const FIELD_ACCESS: Readonly<Record<string, Access>> = {
  'Query.auction': 'public',
  'Query.auctions': 'public',
  'Query.itemDetails': 'public',
  'Query.categories': 'public',
  'Query.bids': 'public',
  'Query.payable': 'public',
  'Query.user': 'public',
  'Query.sale': 'public',
  'Query.sales': 'public',
  'Query.saleLots': 'public',
  'Query.lotPlace': 'public',
  'Query.myPaddle': 'anyone',
  'Query.paddles': STAFF,
  'Query.me': 'anyone',
  'Query.myBids': 'anyone',
  'Query.myTransactions': 'anyone',
  'Query.mySecondChances': 'anyone',
  'Query.invoice': 'anyone',
  'Query.myInvoices': 'anyone',
  'Query.questions': 'public',
  'Query.questionsToAnswer': 'anyone',
  'Query.feedbackAbout': 'public',
  'Query.feedbackCounts': 'public',
  'Query.feedbackDue': 'anyone',
  'Query.myWatchList': 'anyone',
  'Query.mySavedSearches': 'anyone',
  'Query.savedSearch': 'anyone',
  'Query.invoices': STAFF,
  'Query.payoutRuns': STAFF,
  'Query.payoutRun': STAFF,
  'Query.myPayouts': 'anyone',
  'Query.myTaxPosition': 'anyone',
  'Query.taxPosition': STAFF,
  'Query.taxNumbersToJudge': STAFF,
  'Query.retractionRequests': STAFF,
  'Query.runs': STAFF,
  'Query.fraudCases': STAFF,
  'Query.fraudCase': STAFF,
  'Query.fraudReview': STAFF,
  'Query.voidingProposals': STAFF,
  'Query.alerts': STAFF,
  'Query.auditLog': STAFF,
  'Query.users': STAFF,
  'Query.houseState': STAFF,
  'Query.parkedStreams': STAFF,
  'Query.erasedUsers': STAFF,
  'Query.transactions': ANALYSTS,
  'Query.liveFigures': ANALYSTS,
  'Query.command': 'anyone',
  ...Object.fromEntries(GOLD_FIELDS.map((name) => [`Query.${name}`, ANALYSTS])),
  ...Object.fromEntries(COMMANDS.map(({ name, access }) => [`Mutation.${name}`, access])),
  'Mutation.watchLot': 'anyone',
  'Mutation.unwatchLot': 'anyone',
  'Mutation.saveSearch': 'anyone',
  'Mutation.removeSavedSearch': 'anyone',
  'Mutation.acknowledgeAlert': STAFF,
  'Mutation.silenceAlerts': STAFF,
  'Mutation.replayParkedStream': STAFF,
  'Subscription.auctionUpdated': 'public',
  'Subscription.auctionsUpdated': 'public',
  'Subscription.myNews': 'anyone',
  'Subscription.alertChanged': STAFF,
  'Subscription.fraudCaseChanged': STAFF,
};

/** Throws the refusal that a caller of this field (as `Query.me`) gets; returns for those who may use it. */
export function demandAccess(field: string, caller: Caller | null): void {
  const access = FIELD_ACCESS[field];
  if (access === undefined) throw new Error(`the field ${field} does not say who may use it (graphql/access.ts)`);
  if (access === 'public') return;
  if (caller === null) throw new ApiError(401, 'TokenMissing', 'this needs a token');
  if (!mayUse(access, caller))
    throw new ApiError(
      403,
      'RoleMissing',
      `this needs a token with the role ${Array.isArray(access) ? access.join(' or ') : ''}`,
    );
}

/** Puts the table in front of every resolver of the roots, and checks that the two name the same fields. */
export function guardRoots(schema: GraphQLSchema): GraphQLSchema {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const named = roots.flatMap((root) => (root ? guardFields(root) : []));
  const idle = Object.keys(FIELD_ACCESS).filter((field) => !named.includes(field));
  if (idle.length > 0) throw new Error(`graphql/access.ts names fields that the schema has not: ${idle.join(', ')}`);
  return schema;
}

function guardFields(root: GraphQLObjectType): string[] {
  return Object.values(root.getFields()).map((field) => {
    const name = `${root.name}.${field.name}`;
    if (FIELD_ACCESS[name] === undefined)
      throw new Error(`the field ${name} does not say who may use it (graphql/access.ts)`);
    // Subscriptions are asked for their access once, when they begin (live/live-socket.ts).
    if (root.name === 'Subscription') return name;
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = (source, args, context, info) => {
      demandAccess(name, context.caller);
      return resolve(source, args, context, info);
    };
    return name;
  });
}
