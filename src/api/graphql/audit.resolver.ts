// The audit log over GraphQL.
import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { z } from 'zod';
import { isoTime } from '../../domain/time.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { pageRequest, pageView } from '../queries/page.codec.js';
import { timeIn } from '../schemas/values.schema.js';
import { idIn, page, read } from './inputs.js';

const name = z.string().max(100, 'must be at most 100 characters');
const auditArgs = z.strictObject({
  ...page,
  actorId: idIn.user.optional(),
  act: name.optional(),
  subject: name.optional(),
  from: timeIn.optional(),
  to: timeIn.optional(),
});

@Resolver()
export class AuditResolver {
  constructor(@Inject(API_DEPS) private readonly deps: Pick<ApiDeps, 'audit'>) {}

  @Query()
  async auditLog(@Args() args: Readonly<Record<string, unknown>>): Promise<object> {
    const { actorId = null, act = null, subject = null, from = null, to = null, ...rest } = read(auditArgs, args);
    const filter = { actorId, act, subject, from, to };
    return pageView(await this.deps.audit.entries(filter, pageRequest(rest)), ({ at, revision, ...entry }) => ({
      ...entry,
      at: isoTime(at),
      revision: Number(revision),
    }));
  }
}
