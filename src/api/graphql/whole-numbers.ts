// The scalars of whole numbers, read from what the client wrote: a literal in the document, or a variable whose number has
// kept its digits (runtime/exact-json.ts). GraphQL's own way would make 1000 of 1e3.
import { GraphQLError, type GraphQLSchema, isScalarType, Kind, type ValueNode } from 'graphql';
import { NumberText } from '../../runtime/exact-json.js';
import { AMOUNT_PROBLEM } from '../schemas/values.schema.js';

const PROBLEMS: Readonly<Record<string, string>> = {
  Amount: `An amount ${AMOUNT_PROBLEM}`,
  Milliseconds: 'Milliseconds must be a whole number in plain digits, at most 2^53 - 1',
};

/** Makes Amount and Milliseconds refuse what is no whole number in its own digits; the rest the input's schema judges. */
export function readWholeNumbers(schema: GraphQLSchema): GraphQLSchema {
  for (const [name, problem] of Object.entries(PROBLEMS)) {
    const scalar = schema.getType(name);
    if (!isScalarType(scalar)) throw new Error(`the schema has no scalar ${name}`);
    scalar.parseValue = (value) => {
      if (value instanceof NumberText) throw new GraphQLError(`${problem}.`);
      return value;
    };
    scalar.parseLiteral = (node) => wholeIn(node, problem);
  }
  readMeasures(schema);
  return schema;
}

/** A measure may have decimals: its digits are a number like any other. */
function readMeasures(schema: GraphQLSchema): void {
  const scalar = schema.getType('Measure');
  if (!isScalarType(scalar)) throw new Error('the schema has no scalar Measure');
  scalar.parseValue = (value) => (value instanceof NumberText ? Number(value.text) : value);
  scalar.parseLiteral = (node) => {
    if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return Number(node.value);
    throw new GraphQLError('A measure must be a number.', { nodes: node });
  };
}

function wholeIn(node: ValueNode, problem: string): string | number {
  if (node.kind === Kind.STRING) return node.value;
  const value = node.kind === Kind.INT ? Number(node.value) : Number.NaN;
  if (node.kind === Kind.INT && Number.isSafeInteger(value) && String(value) === node.value) return value;
  throw new GraphQLError(`${problem}.`, { nodes: node });
}
