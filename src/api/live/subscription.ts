// From a subscribe message to what is asked for: the document checked, the caller's access, the arguments read.
import { hash } from 'node:crypto';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { HouseTerms } from '../../domain/auction/house-defaults.js';
import type { Caller } from '../auth/access.js';
import { demandAccess } from '../graphql/access.js';
import { type CheckedDocument, type Documents, operationOf } from '../graphql/documents.js';
import { auctionFilter, idIn, read, readId } from '../graphql/inputs.js';
import { ApiError } from '../http/api-error.js';
import { withinTree } from '../queries/within.js';
import { auctionShape, isAskedFor } from './auction-shape.js';
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

/** What a client asks for, what it holds for as long as it is told, and what it is about. */
export type Subscription = Readonly<{ asked: Asked; bytes: number; about: string }>;

/**
 * Reads a subscribe message, whose document has been `checked`. Throws `SubscriptionRefused` or an `ApiError`. Nothing of the
 * message is kept but what counts.
 */
export function askedFor(
  documents: Documents,
  {
    checked,
    payload,
    house,
  }: Readonly<{ checked: CheckedDocument; payload: SubscribePayload; house: Pick<HouseTerms, 'categories'> }>,
  caller: Caller | null,
): Subscription {
  const { operationName = null } = payload;
  if (checked.document === null) throw new SubscriptionRefused(checked.errors);
  const operation = operationOf(checked.document, operationName);
  if (operation instanceof GraphQLError) throw new SubscriptionRefused([operation]);
  if (operation.operation !== 'subscription')
    throw new ApiError(400, 'NotASubscription', 'sockets take subscriptions only; POST queries and mutations here');
  const variables = variablesOf(documents.schema, operation, payload.variables ?? {});
  const field = rootField(checked.document, operation.selectionSet);
  if (!isAskedFor(field, variables.coerced)) throw refused('A subscription needs a field.');
  demandAccess(`Subscription.${field.name.value}`, caller);
  const scope = { ...checked, operationName, variables, field, house };
  switch (field.name.value) {
    case 'auctionUpdated':
    case 'auctionsUpdated':
      return ofAuctions(documents.schema, scope);
    case 'myNews':
      return ofNews(scope, caller);
    case 'alertChanged':
    case 'fraudCaseChanged':
      return forStaff(scope, field.name.value);
    default:
      throw new Error(`the subscription ${field.name.value} has no topic`);
  }
}

type Variables = Readonly<{ coerced: Record<string, unknown>; declared: Record<string, unknown> }>;
type Scope = Readonly<{
  document: DocumentNode;
  bytes: number;
  operationName: string | null;
  house: Pick<HouseTerms, 'categories'>;
  variables: Variables;
  field: FieldNode;
}>;

/** Told by shape: the document is let go. */
function ofAuctions(schema: GraphQLSchema, { document, variables: { coerced }, field, house }: Scope): Subscription {
  const definition = schema.getSubscriptionType()?.getFields()[field.name.value];
  if (definition === undefined) throw refused('Unknown field.');
  const given = getArgumentValues(definition, field, coerced);
  const shape = auctionShape(field, fragmentsOf(document), coerced);
  if (field.name.value === 'auctionUpdated') {
    const auctionId = readId(idIn.auction, given['id']);
    const asked = { field: 'auctionUpdated', auctionId, shape } as const;
    return { asked: { ...asked, sameAs: shape.key }, bytes: weightOf(shape.key), about: auctionId };
  }
  const read = filterOf(given['filter']);
  const { status = null, category = null, sellerId = null, text = null, closesBefore = null } = read;
  const filter = withinTree({ status, category, sellerId, text, closesBefore }, house);
  const about = digestOf(filter);
  const asked = { field: 'auctionsUpdated', filter, shape, sameAs: `${about} ${shape.key}` } as const;
  return { asked, bytes: weightOf(asked.sameAs) + weightOf(JSON.stringify(filter)), about };
}

/** News have types of their own, so each is executed: the document is kept, and the variables that it declares. */
function ofNews(
  { document, bytes, operationName, variables: { declared } }: Scope,
  caller: Caller | null,
): Subscription {
  if (caller === null) throw new ApiError(401, 'TokenMissing', 'this needs a token');
  const { userId } = caller;
  const asked = { field: 'myNews', userId, document, operationName, variables: declared, sameAs: userId } as const;
  return { asked, bytes: bytes + weightOf(JSON.stringify(declared)), about: userId };
}

/** Access was asked for already; every member of the staff is told the same. */
function forStaff(
  { document, bytes, operationName, variables: { declared } }: Scope,
  field: 'alertChanged' | 'fraudCaseChanged',
): Subscription {
  const asked = { field, document, operationName, variables: declared, sameAs: field } as const;
  return { asked, bytes: bytes + weightOf(JSON.stringify(declared)), about: field };
}

/** Two bytes a character, for the text and for what it was parsed to. */
const weightOf = (text: string): number => 4 * text.length;
const digestOf = (value: object): string => hash('sha256', JSON.stringify(value), 'base64url');

function variablesOf(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Variables {
  const names = variableDefinitions.map(({ variable }) => variable.name.value);
  const declared = Object.fromEntries(
    names.filter((name) => Object.hasOwn(given, name)).map((name) => [name, given[name]]),
  );
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, declared, { maxErrors: 10 });
  if (errors !== undefined) throw new SubscriptionRefused(errors);
  return { coerced, declared };
}

const fragmentsOf = ({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(
    definitions
      .filter((one) => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );

/** The one root field that the standard allows a subscription, through fragments as they come. */
function rootField(document: DocumentNode, { selections }: SelectionSetNode): FieldNode {
  const [first] = selections;
  if (first === undefined || first.kind === Kind.FIELD) {
    if (first === undefined || first.name.value.startsWith('__')) throw refused('A subscription needs a field.');
    return first;
  }
  if (first.kind === Kind.INLINE_FRAGMENT) return rootField(document, first.selectionSet);
  const fragment = fragmentsOf(document).get(first.name.value);
  if (fragment === undefined) throw refused('Unknown fragment.');
  return rootField(document, fragment.selectionSet);
}

const filterOf = (given: unknown) => read(auctionFilter, typeof given === 'object' && given !== null ? given : {});

const refused = (message: string): SubscriptionRefused => new SubscriptionRefused([new GraphQLError(message)]);
