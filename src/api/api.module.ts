// The edge as Nest sees it: controllers, one handler per question, one for all commands.
import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TerminusModule } from '@nestjs/terminus';
import { API_DEPS, API_QUERIES, type ApiDeps } from './api.deps.js';
import { AuctionCommandsController } from './commands/auctions.controller.js';
import { BidCommandsController } from './commands/bids.controller.js';
import { CommandsController } from './commands/commands.controller.js';
import { Commands, SubmitHandler } from './commands/commands.js';
import { SecondChancesController } from './commands/second-chances.controller.js';
import { TransactionCommandsController } from './commands/transactions.controller.js';
import { UserCommandsController } from './commands/users.controller.js';
import { AfterSaleResolver } from './graphql/after-sale.resolver.js';
import { CommandsResolver } from './graphql/commands.resolver.js';
import { GraphQLController } from './graphql/graphql.controller.js';
import { graphQLModule } from './graphql/graphql.module.js';
import { QueriesResolver } from './graphql/queries.resolver.js';
import { AuctionQueriesController } from './queries/auctions.controller.js';
import { QUERY_HANDLERS } from './queries/queries.js';
import { RetractionRequestsController } from './queries/retraction-requests.controller.js';
import { TransactionsController } from './queries/transactions.controller.js';
import { UserQueriesController } from './queries/users.controller.js';
import { HealthController } from './system/health.controller.js';
import { MetricsController } from './system/metrics.controller.js';
import { SchemasController } from './system/schemas.controller.js';

@Module({})
class ApiModule {}

/** The edge on these parts. */
export function apiModule(deps: ApiDeps): DynamicModule {
  return {
    module: ApiModule,
    imports: [CqrsModule.forRoot(), TerminusModule.forRoot({ logger: false }), graphQLModule()],
    controllers: [
      AuctionCommandsController,
      BidCommandsController,
      AuctionQueriesController,
      RetractionRequestsController,
      TransactionCommandsController,
      SecondChancesController,
      UserCommandsController,
      UserQueriesController,
      TransactionsController,
      CommandsController,
      GraphQLController,
      HealthController,
      ...(deps.settings.open.docs ? [SchemasController] : []),
      ...(deps.settings.open.metrics ? [MetricsController] : []),
    ],
    providers: [
      { provide: API_DEPS, useValue: deps },
      { provide: API_QUERIES, useValue: deps.queries },
      Commands,
      SubmitHandler,
      CommandsResolver,
      AfterSaleResolver,
      QueriesResolver,
      ...QUERY_HANDLERS,
    ],
  };
}
