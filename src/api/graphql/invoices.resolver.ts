// Invoices over GraphQL: the buyer's own, and all of them for staff.
import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { mayRead } from '../documents/invoice-access.js';
import {
  type InvoiceDetailView,
  type InvoiceView,
  invoiceDetailView,
  invoiceView,
} from '../documents/invoice-views.js';
import { pageRequest, pageView } from '../queries/page.codec.js';
import { askedBy, type GraphQLCallContext } from './graphql-context.js';
import { idIn, pageArgs, read, readId } from './inputs.js';

type Page<Row> = Readonly<{ rows: readonly Row[]; next: string | null }>;
type Arguments = Readonly<Record<string, unknown>>;

@Resolver()
export class InvoicesResolver {
  constructor(@Inject(API_DEPS) private readonly deps: Pick<ApiDeps, 'documents'>) {}

  @Query()
  async myInvoices(@Args() args: Arguments, @Context() context: GraphQLCallContext): Promise<Page<InvoiceView>> {
    const { userId } = askedBy(context).caller;
    return pageView(await this.deps.documents.invoices(userId, pageRequest(read(pageArgs, args))), invoiceView);
  }

  @Query()
  async invoices(@Args() args: Arguments): Promise<Page<InvoiceView>> {
    return pageView(await this.deps.documents.invoices(null, pageRequest(read(pageArgs, args))), invoiceView);
  }

  @Query()
  async invoice(@Args('id') id: string, @Context() context: GraphQLCallContext): Promise<InvoiceDetailView | null> {
    const found = await this.deps.documents.invoice(readId(idIn.document, id));
    return found === null || !mayRead(found, askedBy(context).caller) ? null : invoiceDetailView(found);
  }
}
