// Where people are for tax over GraphQL: one's own, and everybody's for staff, who look at the numbers.
import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { isoTime } from '../../domain/time.js';
import { decryptPersonalText } from '../../personal-data/personal-data.js';
import type { TaxPositionRow } from '../../projections/silver/documents.queries.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { pageRequest } from '../queries/page.codec.js';
import { askedBy, type GraphQLCallContext } from './graphql-context.js';
import { idIn, pageArgs, read, readId } from './inputs.js';

type View = Omit<TaxPositionRow, 'statedAt'> & Readonly<{ statedAt: string }>;
type Arguments = Readonly<Record<string, unknown>>;

@Resolver()
export class TaxResolver {
  constructor(@Inject(API_DEPS) private readonly deps: Pick<ApiDeps, 'documents' | 'keyStore'>) {}

  @Query()
  async myTaxPosition(@Context() context: GraphQLCallContext): Promise<View | null> {
    return this.viewOf(await this.deps.documents.taxPosition(askedBy(context).caller.userId));
  }

  @Query()
  async taxPosition(@Args('userId') userId: string): Promise<View | null> {
    return this.viewOf(await this.deps.documents.taxPosition(readId(idIn.user, userId)));
  }

  @Query()
  async taxNumbersToJudge(@Args() args: Arguments): Promise<Readonly<{ rows: readonly View[]; next: string | null }>> {
    const { rows, next } = await this.deps.documents.taxNumbersToJudge(pageRequest(read(pageArgs, args)));
    return { rows: await Promise.all(rows.map((row) => this.opened(row))), next };
  }

  private viewOf(row: TaxPositionRow | null): Promise<View> | null {
    return row === null ? null : this.opened(row);
  }

  private async opened({ statedAt, taxNumber, ...row }: TaxPositionRow): Promise<View> {
    const found =
      taxNumber === null ? null : await decryptPersonalText(this.deps.keyStore, row.userId, 'tax number', taxNumber);
    return { ...row, taxNumber: found?.status === 'open' ? found.data : null, statedAt: isoTime(statedAt) };
  }
}
