// Which fields of an auction a document selects, under which names: all that its text comes to. Documents that select the
// same are one shape, however they are written, so what is told is made once for all of them.
import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isLeafType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { AuctionView } from '../schemas/views.schema.js';

/** Field by the name under which it is told, in the order of the document. `key` is the same for the same shape. */
export type AuctionShape = Readonly<{ root: string; fields: ReadonlyMap<string, string>; key: string }>;

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;
type Variables = Record<string, unknown>;

/** What these selections of an auction come to. The document is valid, and `root` the field that brings the auction. */
export function auctionShape(root: FieldNode, fragments: Fragments, variables: Variables): AuctionShape {
  const fields = new Map<string, string>();
  const add = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (!isAskedFor(selection, variables)) continue;
      if (selection.kind === Kind.FIELD)
        fields.set(selection.alias?.value ?? selection.name.value, selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) add(selection.selectionSet);
      else {
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) add(fragment.selectionSet);
      }
    }
  };
  if (root.selectionSet !== undefined) add(root.selectionSet);
  const name = root.alias?.value ?? root.name.value;
  return { root: name, fields, key: JSON.stringify([name, ...[...fields].flat()]) };
}

/** False for what `@skip` or `@include` leaves out. */
export function isAskedFor(selection: SelectionNode, variables: Variables): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.['if'] !== false;
}

/** Auctions as text, by the schema's own types. */
export class AuctionTexts {
  private readonly type: GraphQLObjectType;

  constructor(schema: GraphQLSchema) {
    const type = schema.getType('Auction');
    if (!(type instanceof GraphQLObjectType)) throw new Error('the schema has no type Auction');
    this.type = type;
  }

  /** The payload that tells one state of an auction: each field is made text once, however many shapes have it. */
  of(view: AuctionView): (shape: AuctionShape) => string {
    const known = new Map<string, string>();
    const textOf = (field: string): string => {
      const text = known.get(field) ?? JSON.stringify(this.leaf(field, view));
      known.set(field, text);
      return text;
    };
    return ({ root, fields }) =>
      `{"data":{"${root}":{${[...fields].map(([name, field]) => `"${name}":${textOf(field)}`).join(',')}}}}`;
  }

  private leaf(name: string, view: AuctionView): unknown {
    if (name === '__typename') return this.type.name;
    const field = this.type.getFields()[name];
    const type = field === undefined ? undefined : getNamedType(field.type);
    if (!isLeafType(type))
      throw new Error(
        `the field ${name} of an auction is neither a value nor a list of values (live/auction-shape.ts)`,
      );
    const value: unknown = view[name as keyof AuctionView];
    if (Array.isArray(value)) return value.map((one) => type.serialize(one));
    return value === null ? null : type.serialize(value);
  }
}
