// GraphQL as Nest sees it: our schema, executed by Mercurius, behind a route and a socket of our own (docs/adr/0028).
import type { DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { Commands } from '../commands/commands.js';
import { guardRoots } from './access.js';
import { mutationResolvers } from './mutations.js';
import { ENUMS, TYPE_DEFS } from './schema.js';
import { readWholeNumbers } from './whole-numbers.js';

/** `edge` is the module that provides `Commands`. */
export const graphQLModule = (edge: DynamicModule): DynamicModule =>
  GraphQLModule.forRootAsync<MercuriusDriverConfig>({
    driver: MercuriusDriver,
    imports: [edge],
    inject: [Commands],
    useFactory: (commands: Commands) => ({
      typeDefs: TYPE_DEFS,
      // Not by `resolvers`: Mercurius would take those for its own and overwrite what has been made of them.
      transformResolvers: (resolvers) => [resolvers, ENUMS, { Mutation: mutationResolvers(commands) }].flat(),
      transformSchema: (schema) => readWholeNumbers(guardRoots(schema)),
      routes: false,
      subscription: false,
      // Errors are told by our route, which needs them as they are.
      errorFormatter: (response) => ({ statusCode: 200, response }),
    }),
  });
