// Invoices and credit notes as a page and as PDF, for their buyer and staff.
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { DocumentId } from '../../domain/ids.js';
import type { InvoiceDetail } from '../../projections/silver/documents.queries.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { callerOf } from '../commands/commands.js';
import { ApiError } from '../http/api-error.js';
import { Operation } from '../http/operation.js';
import { errorBody } from '../schemas/answers.schema.js';
import { idIn } from '../schemas/values.schema.js';
import { mayRead } from './invoice-access.js';
import { INVOICE_POLICY, invoiceHtml } from './invoice-html.js';
import { invoicePdf } from './invoice-pdf.js';
import { type InvoiceText, invoiceText } from './invoice-text.js';
import { personLines } from './person-lines.js';

const DESCRIPTION = 'For its buyer and staff; to everybody else it is not there.';
const answers = {
  200: ['The document.', z.string()],
  404: ['No such document of yours.', errorBody],
} as const;

@ApiTags('invoices')
@Controller('invoices')
export class InvoicesController {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(API_DEPS) private readonly deps: ApiDeps,
  ) {}

  @Get(':documentId')
  @Operation({
    summary: 'An invoice or a credit note, as a page.',
    description: DESCRIPTION,
    access: 'anyone',
    answers,
  })
  async page(
    @Param('documentId', { schema: idIn.document }) documentId: DocumentId,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { text } = await this.textOf(documentId, request);
    await reply
      .header('content-security-policy', INVOICE_POLICY)
      .header('cache-control', 'private, no-store')
      .type('text/html; charset=utf-8')
      .send(invoiceHtml(text));
  }

  @Get(':documentId/pdf')
  @Operation({ summary: 'An invoice or a credit note, as PDF.', description: DESCRIPTION, access: 'anyone', answers })
  async pdf(
    @Param('documentId', { schema: idIn.document }) documentId: DocumentId,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { invoice, text } = await this.textOf(documentId, request);
    await reply
      .header('content-disposition', `inline; filename="${invoice.invoiceNumber}.pdf"`)
      .header('cache-control', 'private, no-store')
      .type('application/pdf')
      .send(await invoicePdf(text, invoice.issuedAt));
  }

  private async textOf(
    documentId: DocumentId,
    request: FastifyRequest,
  ): Promise<Readonly<{ invoice: InvoiceDetail; text: InvoiceText }>> {
    const invoice = await this.deps.documents.invoice(documentId);
    if (invoice === null || !mayRead(invoice, callerOf(request)))
      throw new ApiError(404, 'InvoiceUnknown', 'there is no such invoice of yours');
    const { letterhead } = this.deps.settings.house;
    return {
      invoice,
      text: invoiceText(invoice, letterhead, await personLines(this.deps, this.queries, invoice.buyerId)),
    };
  }
}
