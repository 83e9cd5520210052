// Payouts as a file for the bank, for staff; and as a statement, a page or PDF, for the seller and staff.
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { BankAccount } from '../../domain/auction/house-defaults.js';
import type { PayoutRunId, UserId } from '../../domain/ids.js';
import { decryptPersonalText } from '../../personal-data/personal-data.js';
import type { PayoutItemRow, PayoutRunDetail } from '../../projections/silver/payouts.queries.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { mayUse, STAFF } from '../auth/access.js';
import { callerOf } from '../commands/commands.js';
import { INVOICE_POLICY, invoiceHtml } from '../documents/invoice-html.js';
import { invoicePdf } from '../documents/invoice-pdf.js';
import type { InvoiceText } from '../documents/invoice-text.js';
import { personLines } from '../documents/person-lines.js';
import { ApiError } from '../http/api-error.js';
import { Operation } from '../http/operation.js';
import { errorBody } from '../schemas/answers.schema.js';
import { idIn } from '../schemas/values.schema.js';
import { bankFile } from './bank-file.js';
import { statementText } from './statement-text.js';

const unknown = { 404: ['No such payout run, or nothing of yours in it.', errorBody] } as const;
const statement = { 200: ['The statement.', z.string()], ...unknown } as const;
const DESCRIPTION = 'For that seller and staff; to everybody else it is not there.';
const run = { schema: idIn.payoutRun };
const seller = { schema: idIn.user };

@ApiTags('payouts')
@Controller('payout-runs')
export class PayoutsController {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(API_DEPS) private readonly deps: ApiDeps,
  ) {}

  @Get(':payoutRunId/bank-file')
  @Operation({
    summary: 'An approved payout run as a file for the bank (ISO 20022, pain.001.001.09).',
    description:
      'It names the sales that the books show as paid out by this run, so it is there once all of them are settled.',
    access: STAFF,
    answers: {
      200: ['The file.', z.string()],
      ...unknown,
      409: ['It is not approved, not all settled, or somebody’s account cannot be read any more.', errorBody],
    },
  })
  async file(@Param('payoutRunId', run) id: PayoutRunId, @Res() reply: FastifyReply): Promise<void> {
    const { status, decidedAt, items } = await this.runOf(id);
    const debtor = this.deps.settings.house.bankAccount;
    if (debtor === null)
      throw new ApiError(409, 'BankAccountMissing', 'the house has no account: say bankAccount in its file of terms');
    if (status !== 'approved' || decidedAt === null)
      throw new ApiError(409, 'PayoutRunNotApproved', 'this payout run is not approved');
    if (items.some(({ isAwaited }) => isAwaited))
      throw new ApiError(409, 'PayoutRunNotSettled', 'its sales are being settled; ask again in a moment');
    const paid = items.filter(({ isSettled, amount }) => isSettled && amount > 0n);
    if (paid.length === 0) throw new ApiError(409, 'PayoutRunEmpty', 'no sale of this run is left to be paid out');
    const transfers = await Promise.all(paid.map(async (item) => ({ ...item, creditor: await this.account(item) })));
    const named = transfers.map((item) => ({ ...item, purpose: `${item.title} (${item.auctionId})` }));
    await reply
      .header('content-disposition', `attachment; filename="payout-${id}.xml"`)
      .header('cache-control', 'private, no-store')
      .type('application/xml; charset=utf-8')
      .send(bankFile({ payoutRunId: id, approvedAt: decidedAt, debtor, transfers: named }));
  }

  @Get(':payoutRunId/statements/:userId')
  @Operation({
    summary: 'What a seller was paid out by a run, as a page.',
    description: DESCRIPTION,
    access: 'anyone',
    answers: statement,
  })
  async statementPage(
    @Param('payoutRunId', run) id: PayoutRunId,
    @Param('userId', seller) userId: UserId,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { text } = await this.textOf(id, userId, request);
    await reply
      .header('content-security-policy', INVOICE_POLICY)
      .header('cache-control', 'private, no-store')
      .type('text/html; charset=utf-8')
      .send(invoiceHtml(text));
  }

  @Get(':payoutRunId/statements/:userId/pdf')
  @Operation({
    summary: 'What a seller was paid out by a run, as PDF.',
    description: DESCRIPTION,
    access: 'anyone',
    answers: statement,
  })
  async statementPdf(
    @Param('payoutRunId', run) id: PayoutRunId,
    @Param('userId', seller) userId: UserId,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { text, found } = await this.textOf(id, userId, request);
    await reply
      .header('content-disposition', `inline; filename="statement-${id}.pdf"`)
      .header('cache-control', 'private, no-store')
      .type('application/pdf')
      .send(await invoicePdf(text, found.decidedAt ?? found.preparedAt));
  }

  private async runOf(id: PayoutRunId): Promise<PayoutRunDetail> {
    const found = await this.deps.payouts.payoutRun(id);
    if (found === null) throw unknownRun();
    return found;
  }

  private async textOf(
    id: PayoutRunId,
    userId: UserId,
    request: FastifyRequest,
  ): Promise<Readonly<{ text: InvoiceText; found: PayoutRunDetail }>> {
    const caller = callerOf(request);
    if (caller.userId !== userId && !mayUse(STAFF, caller)) throw unknownRun();
    const found = await this.runOf(id);
    const items = found.items.filter(({ sellerId, isSettled }) => sellerId === userId && isSettled);
    if (items.length === 0) throw unknownRun();
    const lines = await personLines(this.deps, this.queries, userId);
    return { found, text: statementText(found, items, this.deps.settings.house.letterhead, lines) };
  }

  private async account({ sellerId, account }: PayoutItemRow): Promise<BankAccount> {
    const opened = await decryptPersonalText(this.deps.keyStore, sellerId, 'bank account', account);
    if (opened.status === 'open') return JSON.parse(opened.data) as BankAccount;
    throw new ApiError(
      409,
      'BankAccountGone',
      `the account of seller ${sellerId} cannot be read any more; pay by hand`,
    );
  }
}

const unknownRun = (): ApiError => new ApiError(404, 'PayoutRunUnknown', 'there is no such payout run of yours');
