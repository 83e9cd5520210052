// How much one document may ask for. Counted before anything else is checked, each fragment once however often it is
// spread, so that a hostile document costs no more than its length.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type ObjectTypeDefinitionNode,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { TYPE_DEFS } from './schema.js';

export const DOCUMENT_LIMITS = {
  /** Tokens that the parser reads at most. The largest document that tools send, the one of introspection, has 184. */
  tokensMax: 1_000,
  operationsMax: 10,
  /** Our deepest view nests five deep: the root, its page, a lot, its auction, a field. */
  depthMax: 8,
  aliasesMax: 20,
  rootFieldsMax: 10,
  /** Fields after all fragments have been put in. */
  fieldsMax: 500,
  /** Fields times the rows of the lists around them. */
  costMax: 12_000,
} as const;

/** What is asked for where no `limit` says how many rows, or a variable does. */
const ROWS_MAX = 200;

type Weight = Readonly<{ depth: number; aliases: number; fields: number; cost: number; roots: number }>;

const NOTHING: Weight = { depth: 0, aliases: 0, fields: 0, cost: 0, roots: 0 };

const sumOf = (weights: readonly Weight[]): Weight =>
  weights.reduce(
    (sum, weight) => ({
      depth: Math.max(sum.depth, weight.depth),
      aliases: sum.aliases + weight.aliases,
      fields: sum.fields + weight.fields,
      cost: sum.cost + weight.cost,
      roots: sum.roots + weight.roots,
    }),
    NOTHING,
  );

/** The first limit that a document exceeds, as the error to answer; null for one within all of them. */
export function limitExceeded(document: DocumentNode): GraphQLError | null {
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (operations.length > DOCUMENT_LIMITS.operationsMax)
    return tooMuch(`has more than ${DOCUMENT_LIMITS.operationsMax} operations`);
  const fragments = new Map(
    document.definitions
      .filter((one) => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const scales = new Scales(fragments);
  for (const operation of operations) {
    const problem = problemOf(operation, scales.weigh(operation.selectionSet));
    if (problem !== null) return problem;
  }
  // Rules of validation compare each pair of fields, also in fragments that nobody spreads.
  const written = scales.ofAllFragments();
  if (written.fields > DOCUMENT_LIMITS.fieldsMax)
    return tooMuch(`has fragments of more than ${DOCUMENT_LIMITS.fieldsMax} fields`);
  return null;
}

function problemOf({ operation }: OperationDefinitionNode, weight: Weight): GraphQLError | null {
  const { depthMax, aliasesMax, fieldsMax, costMax, rootFieldsMax } = DOCUMENT_LIMITS;
  const rootsMax = operation === 'query' ? rootFieldsMax : 1;
  if (weight.depth > depthMax) return tooMuch(`nests deeper than ${depthMax} levels`);
  if (weight.aliases > aliasesMax) return tooMuch(`has more than ${aliasesMax} aliases`);
  if (weight.roots > rootsMax) return tooMuch(`has more than ${rootsMax} root field${rootsMax === 1 ? '' : 's'}`);
  if (weight.fields > fieldsMax) return tooMuch(`asks for more than ${fieldsMax} fields`);
  if (weight.cost > costMax) return tooMuch(`may bring more than ${costMax} values; ask for fewer rows at once`);
  return null;
}

const tooMuch = (problem: string): GraphQLError => new GraphQLError(`The document ${problem}.`);

/** Weighs selections; a fragment is weighed once, and one that spreads itself weighs nothing (validation refuses it). */
class Scales {
  private readonly known = new Map<string, Weight>();

  constructor(private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>) {}

  weigh({ selections }: SelectionSetNode): Weight {
    return sumOf(
      selections.map((selection) =>
        selection.kind === Kind.FIELD
          ? this.ofField(selection)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? this.weigh(selection.selectionSet)
            : this.ofFragment(selection.name.value),
      ),
    );
  }

  /** All fragments together, each once. */
  ofAllFragments(): Weight {
    return sumOf([...this.fragments.keys()].map((name) => this.ofFragment(name)));
  }

  private ofField(field: FieldNode): Weight {
    const aliases = field.alias === undefined ? 0 : 1;
    if (field.selectionSet === undefined) return { depth: 1, aliases, fields: 1, cost: 1, roots: 1 };
    const below = this.weigh(field.selectionSet);
    // The standard's own rule bounds how deep introspection goes, and the size of the schema what it brings.
    const isIntrospection = field.name.value === '__schema' || field.name.value === '__type';
    return {
      depth: isIntrospection ? 1 : below.depth + 1,
      aliases: aliases + below.aliases,
      fields: 1 + below.fields,
      cost: 1 + rowsOf(field) * below.cost,
      roots: 1,
    };
  }

  private ofFragment(name: string): Weight {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    this.known.set(name, NOTHING);
    const fragment = this.fragments.get(name);
    const weight = fragment === undefined ? NOTHING : this.weigh(fragment.selectionSet);
    this.known.set(name, weight);
    return weight;
  }
}

/** Lists are the fields that take a `limit`; whoever gives none gets a page of the default size. */
function rowsOf({ arguments: given = [], name }: FieldNode): number {
  if (!LISTS.has(name.value)) return 1;
  const limit = given.find((argument) => argument.name.value === 'limit');
  if (limit === undefined) return ROWS_DEFAULT;
  return limit.value.kind === Kind.INT ? Math.max(1, Math.min(Number(limit.value.value), ROWS_MAX)) : ROWS_MAX;
}

/** Made from the schema, so that a list that is added is weighed. */
const LISTS: ReadonlySet<string> = new Set(
  parse(TYPE_DEFS)
    .definitions.filter(({ kind }) => kind === Kind.OBJECT_TYPE_DEFINITION)
    .flatMap((definition) => (definition as ObjectTypeDefinitionNode).fields ?? [])
    .filter((field) => field.arguments?.some(({ name }) => name.value === 'limit'))
    .map(({ name }) => name.value),
);
const ROWS_DEFAULT = 50;
