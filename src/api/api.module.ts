// The edge as Nest sees it: its buses, GraphQL, and controllers for questions. Routes for commands come from their table.
import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TerminusModule } from '@nestjs/terminus';
import { API_DEPS, API_QUERIES, type ApiDeps } from './api.deps.js';
import { CommandsController } from './commands/commands.controller.js';
import { Commands } from './commands/commands.js';
import { EraseHandler, PreparePayoutsHandler, SubmitHandler } from './commands/submit.js';
import { InvoicesController } from './documents/invoices.controller.js';
import { AlertsResolver } from './graphql/alerts.resolver.js';
import { AuditResolver } from './graphql/audit.resolver.js';
import { DeskResolver } from './graphql/desk.resolver.js';
import { FeesResolver } from './graphql/fees.resolver.js';
import { GoldResolver } from './graphql/gold.resolver.js';
import { GraphQLController } from './graphql/graphql.controller.js';
import { graphQLModule } from './graphql/graphql.module.js';
import { InvoicesResolver } from './graphql/invoices.resolver.js';
import { OwnListsResolver } from './graphql/own-lists.resolver.js';
import { PayoutsResolver } from './graphql/payouts.resolver.js';
import { QueriesResolver } from './graphql/queries.resolver.js';
import { SalesResolver } from './graphql/sales.resolver.js';
import { TalkResolver } from './graphql/talk.resolver.js';
import { TaxResolver } from './graphql/tax.resolver.js';
import { WorkingsResolver } from './graphql/workings.resolver.js';
import { CheckoutController } from './payments/checkout.controller.js';
import { PayoutsController } from './payouts/payouts.controller.js';
import { AuctionQueriesController } from './queries/auctions.controller.js';
import { DeskController } from './queries/desk.controller.js';
import { AskHandler } from './queries/queries.js';
import { RetractionRequestsController } from './queries/retraction-requests.controller.js';
import { TransactionsController } from './queries/transactions.controller.js';
import { UserQueriesController } from './queries/users.controller.js';
import { HealthController } from './system/health.controller.js';
import { MetricsController } from './system/metrics.controller.js';
import { SchemasController } from './system/schemas.controller.js';

@Module({})
class ApiModule {}

@Module({})
class CommandsModule {}

/** The edge on these parts. */
export function apiModule(deps: ApiDeps): DynamicModule {
  const edge = [
    { provide: API_DEPS, useValue: deps },
    { provide: API_QUERIES, useValue: deps.queries },
  ];
  const commands = {
    module: CommandsModule,
    providers: [...edge, Commands, SubmitHandler, EraseHandler, PreparePayoutsHandler],
    exports: [Commands],
  };
  return {
    module: ApiModule,
    imports: [CqrsModule.forRoot(), TerminusModule.forRoot({ logger: false }), commands, graphQLModule(commands)],
    controllers: [
      AuctionQueriesController,
      RetractionRequestsController,
      DeskController,
      UserQueriesController,
      TransactionsController,
      InvoicesController,
      PayoutsController,
      CheckoutController,
      CommandsController,
      GraphQLController,
      HealthController,
      ...(deps.settings.open.docs ? [SchemasController] : []),
      ...(deps.settings.open.metrics ? [MetricsController] : []),
    ],
    providers: [
      ...edge,
      QueriesResolver,
      GoldResolver,
      FeesResolver,
      InvoicesResolver,
      OwnListsResolver,
      SalesResolver,
      TaxResolver,
      PayoutsResolver,
      TalkResolver,
      DeskResolver,
      AlertsResolver,
      AuditResolver,
      WorkingsResolver,
      AskHandler,
    ],
  };
}
