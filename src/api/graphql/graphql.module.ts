// GraphQL as Nest sees it: our schema, executed by Mercurius, behind a route and a socket of our own (docs/adr/0023).
import type { DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { guardRoots } from './access.js';
import { ENUMS, TYPE_DEFS } from './schema.js';
import { readWholeNumbers } from './whole-numbers.js';

export const graphQLModule = (): DynamicModule =>
  GraphQLModule.forRoot<MercuriusDriverConfig>({
    driver: MercuriusDriver,
    typeDefs: TYPE_DEFS,
    // Not by `resolvers`: Mercurius would take those for its own and overwrite what has been made of them.
    transformResolvers: (resolvers) => [resolvers, ENUMS].flat(),
    transformSchema: (schema) => readWholeNumbers(guardRoots(schema)),
    routes: false,
    subscription: false,
    // Errors are told by our route, which needs them as they are.
    errorFormatter: (response) => ({ statusCode: 200, response }),
  });
