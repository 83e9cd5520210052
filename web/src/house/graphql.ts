// The house's schema as types (graphql-env.d.ts is made from schema.graphql): a document that asks for what is not there does
// not compile, and what it answers is typed field by field.
import { initGraphQLTada } from 'gql.tada';
import type { introspection } from '../../graphql-env.js';

export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { Amount: string; Time: string; Milliseconds: number; Measure: number; Whole: string; Day: string };
}>();

export type { ResultOf, VariablesOf } from 'gql.tada';
