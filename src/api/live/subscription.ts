// From a subscribe message to what is asked for: the document checked, the caller's access, the arguments read.
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Caller } from '../auth/access.js';
import { demandAccess } from '../graphql/access.js';
import { type Documents, operationOf } from '../graphql/documents.js';
import { auctionFilter, idIn, read, readId } from '../graphql/inputs.js';
import { ApiError } from '../http/api-error.js';
import type { Asked } from './topics.js';

export type SubscribePayload = Readonly<{
  query: string;
  operationName?: string | null | undefined;
  variables?: Readonly<Record<string, unknown>> | null | undefined;
}>;

/** Errors of a document, which is refused before it begins. */
export class SubscriptionRefused extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('the subscription is refused');
  }
}

/** What a client asks for. Throws `SubscriptionRefused` or an `ApiError`. */
export function askedFor(documents: Documents, payload: SubscribePayload, caller: Caller | null): Asked {
  const { query, operationName = null } = payload;
  const { document, errors } = documents.checked(query);
  if (document === null) throw new SubscriptionRefused(errors);
  const operation = operationOf(document, operationName);
  if (operation instanceof GraphQLError) throw new SubscriptionRefused([operation]);
  if (operation.operation !== 'subscription')
    throw new ApiError(400, 'NotASubscription', 'sockets take subscriptions only; POST queries and mutations here');
  const variables = variablesOf(documents.schema, operation, payload.variables ?? {});
  const field = rootField(document, operation.selectionSet);
  demandAccess(`Subscription.${field.name.value}`, caller);
  const topic = topicOf(documents.schema, field, variables, caller);
  const who = topic.field === 'myNews' ? topic.userId : '';
  const sameAs = JSON.stringify([query, operationName, payload.variables ?? {}, who]);
  return { document, operationName, variables: payload.variables ?? {}, sameAs, topic };
}

function variablesOf(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode, given: object) {
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, { ...given }, { maxErrors: 10 });
  if (errors !== undefined) throw new SubscriptionRefused(errors);
  return coerced;
}

/** The one root field that the standard allows a subscription, through fragments as they come. */
function rootField(document: DocumentNode, { selections }: SelectionSetNode): FieldNode {
  const [first] = selections;
  if (first === undefined || first.kind === Kind.FIELD) {
    if (first === undefined || first.name.value.startsWith('__')) throw refused('A subscription needs a field.');
    return first;
  }
  if (first.kind === Kind.INLINE_FRAGMENT) return rootField(document, first.selectionSet);
  const fragment = document.definitions.find(
    (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === first.name.value,
  );
  if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) throw refused('Unknown fragment.');
  return rootField(document, fragment.selectionSet);
}

function topicOf(
  schema: GraphQLSchema,
  field: FieldNode,
  variables: Record<string, unknown>,
  caller: Caller | null,
): Asked['topic'] {
  const definition = schema.getSubscriptionType()?.getFields()[field.name.value];
  if (definition === undefined) throw refused('Unknown field.');
  const given = getArgumentValues(definition, field, variables);
  switch (field.name.value) {
    case 'auctionUpdated':
      return { field: 'auctionUpdated', auctionId: readId(idIn.auction, given['id']) };
    case 'auctionsUpdated': {
      const read = filterOf(given['filter']);
      const { status = null, category = null, sellerId = null, text = null, closesBefore = null } = read;
      return { field: 'auctionsUpdated', filter: { status, category, sellerId, text, closesBefore } };
    }
    case 'myNews':
      if (caller === null) throw new ApiError(401, 'TokenMissing', 'this needs a token');
      return { field: 'myNews', userId: caller.userId };
    default:
      throw new Error(`the subscription ${field.name.value} has no topic`);
  }
}

const filterOf = (given: unknown) => read(auctionFilter, typeof given === 'object' && given !== null ? given : {});

const refused = (message: string): SubscriptionRefused => new SubscriptionRefused([new GraphQLError(message)]);
