// Asks a GraphQL schema for everything that it offers, so that a field added later is asked for as well.
import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** The selection of all fields that need no argument, `depth` levels deep; of unions that of each member, of a scalar none. */
export function everythingOf(schema: GraphQLSchema, typeName: string, depth = 4): string {
  const type = schema.getType(typeName);
  if (type === undefined) throw new Error(`the schema has no type ${typeName}`);
  if (isLeafType(type)) return '';
  return select(schema, type, depth);
}

function select(schema: GraphQLSchema, type: GraphQLNamedType, depth: number): string {
  if (isUnionType(type) || isInterfaceType(type)) {
    // Fields of one name and different types may not stand side by side, so a later member's goes by another name.
    const taken = new Map<string, string>();
    const members = schema.getPossibleTypes(type).map((member) => {
      const fields = fieldsOf(schema, member, depth, taken);
      return `... on ${member.name} { __typename ${fields} }`;
    });
    return `{ __typename ${members.join(' ')} }`;
  }
  return `{ __typename ${fieldsOf(schema, type, depth, new Map())} }`;
}

function fieldsOf(schema: GraphQLSchema, type: GraphQLNamedType, depth: number, taken: Map<string, string>): string {
  if (!isObjectType(type)) throw new Error(`${type.name} has no fields`);
  const chosen = Object.values(type.getFields()).flatMap((field) => {
    const of = getNamedType(field.type);
    if (field.args.length > 0 || (!isLeafType(of) && depth === 0)) return [];
    const kind = String(field.type);
    const clash = taken.get(field.name) !== undefined && taken.get(field.name) !== kind;
    if (!clash) taken.set(field.name, kind);
    const name = clash ? `${field.name}Of${type.name}: ${field.name}` : field.name;
    return [isLeafType(of) ? name : `${name} ${select(schema, of, depth - 1)}`];
  });
  return chosen.join(' ');
}
