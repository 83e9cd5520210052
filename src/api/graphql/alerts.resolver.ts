// Alerts for operators: asked for, acknowledged, silenced. They are the house's own notes and no commands of the domain.
import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { z } from 'zod';
import type { Operation } from '../../domain/house/operation.events.js';
import { type Instant, isoTime, later } from '../../domain/time.js';
import { ALERT_KINDS, type AlertKind } from '../../notify/alerts/alert-kinds.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { pageRequest, pageView } from '../queries/page.codec.js';
import { type AlertView, alertView } from '../queries/views.js';
import { textIn, timeIn } from '../schemas/values.schema.js';
import { askedBy, type GraphQLCallContext } from './graphql-context.js';
import { alertsArgs, read, readId } from './inputs.js';

type Arguments = Readonly<Record<string, unknown>>;
type Page<Row> = Readonly<{ rows: readonly Row[]; next: string | null }>;
type Silenced = Readonly<{ kind: AlertKind; subject: string | null; until: string; reason: string }>;

const SILENCE_MAX_MS = 30 * 86_400_000;
const alertIdIn = z.uuid('must be the id of an alert').toLowerCase();

/** Reads against the clock: a silence without end would hide what it was never meant for. */
const silenceIn = (now: Instant) =>
  z.strictObject({
    kind: z.enum(ALERT_KINDS),
    subject: textIn({ lengthMin: 1, lengthMax: 300, lines: 'one' }).optional(),
    until: timeIn.refine(
      (until) => until > now && until <= later(now, SILENCE_MAX_MS),
      'must be within 30 days from now',
    ),
    reason: textIn({ lengthMin: 1, lengthMax: 500, lines: 'one' }),
  });

@Resolver()
export class AlertsResolver {
  constructor(@Inject(API_DEPS) private readonly deps: Pick<ApiDeps, 'alerts' | 'runtime' | 'beginOperation'>) {}

  @Query()
  async alerts(@Args() { open, ...page }: Arguments): Promise<Page<AlertView>> {
    const query = read(alertsArgs, page);
    const asked = { isOpen: open === null ? null : open !== false, now: this.deps.runtime.now() };
    return pageView(await this.deps.alerts.alerts(asked, pageRequest(query)), alertView);
  }

  @Mutation()
  async acknowledgeAlert(
    @Args('alertId') alertId: string,
    @Context() context: GraphQLCallContext,
  ): Promise<AlertView | null> {
    const { userId } = askedBy(context).caller;
    const id = readId(alertIdIn, alertId);
    await this.begin({ operation: 'AlertAcknowledged', by: userId, target: `alert ${id}`, reason: null });
    const row = await this.deps.alerts.acknowledge(id, userId, this.deps.runtime.now());
    return row === null ? null : alertView(row);
  }

  @Mutation()
  async silenceAlerts(@Args('input') input: object, @Context() context: GraphQLCallContext): Promise<Silenced> {
    const { runtime, alerts } = this.deps;
    const now = runtime.now();
    const { kind, subject = null, until, reason } = read(silenceIn(now), input);
    const by = askedBy(context).caller.userId;
    const target = subject === null ? `alerts ${kind}` : `alerts ${kind} of ${subject}`;
    await this.begin({ operation: 'AlertsSilenced', by, target, reason });
    await alerts.silence({ kind, subject, until, reason, by }, runtime.uuid(), now);
    return { kind, subject, until: isoTime(until), reason };
  }

  private begin(act: Pick<Operation, 'operation' | 'by' | 'target' | 'reason'>): Promise<void> {
    return this.deps.beginOperation({ ...act, account: null, detail: null });
  }
}
