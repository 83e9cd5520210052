// Where the payment service tells of payments. Each notice is checked, becomes a command, and is acknowledged once that is durable: so
// a notice that comes twice, late, before its time, or from somebody else changes nothing wrongly.
import type { FastifyInstance } from 'fastify';
import type { Outcome } from '../../bus/command-bus.js';
import type { RecordDispute, RecordPayment, RefundPayment } from '../../domain/auction/after-sale.commands.js';
import { isCurrency } from '../../domain/money.js';
import type { PaymentNotice, PaymentService } from '../../payments/payment-service.js';
import { houseCommandId } from '../../runtime/name-uuid.js';
import type { ApiDeps } from '../api.deps.js';

const PATH = '/payments/notices';
/** Stripe's notices have some thousand bytes. */
const BODY_BYTES_MAX = 65_536;

type Answer = Readonly<{ status: number; text: string }>;
const TAKEN: Answer = { status: 200, text: 'taken' };
const FORGED: Answer = { status: 400, text: 'this is not signed by the payment service, or too old' };
/** The service sends it again, for days. */
const AGAIN: Answer = { status: 503, text: 'not now; send it again' };

/** Makes the route, where there is a payment service. To be called before the instance listens. */
export async function servePaymentNotices(instance: FastifyInstance, deps: ApiDeps): Promise<void> {
  const { payments } = deps;
  if (payments === null) return;
  await instance.register(async (scope) => {
    // The signature is over the bytes as they came.
    scope.removeAllContentTypeParsers();
    const options = { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX } as const;
    scope.addContentTypeParser('*', options, (_request, body, done) => done(null, body));
    scope.post(PATH, { config: { access: 'public', unlimited: true } }, async (request, reply) => {
      const signature = request.headers['stripe-signature'];
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const { status, text } = typeof signature === 'string' ? await judge(body, signature, payments, deps) : FORGED;
      return reply.code(status).type('text/plain; charset=utf-8').send(text);
    });
  });
}

async function judge(body: Buffer, signature: string, payments: PaymentService, deps: ApiDeps): Promise<Answer> {
  let notices: readonly PaymentNotice[] | null;
  try {
    notices = await payments.read(body, signature, deps.runtime.now());
  } catch (error) {
    deps.log.error({ error }, 'the payment service could not be asked about its notice');
    return AGAIN;
  }
  return notices === null ? FORGED : takeAll(notices, payments, deps);
}

/** In their order. One that cannot be taken now is asked for again with all, and those that were taken are known by then. */
async function takeAll(notices: readonly PaymentNotice[], payments: PaymentService, deps: ApiDeps): Promise<Answer> {
  let answer = TAKEN;
  for (const notice of notices) {
    const one = await take(notice, payments, deps);
    if (one.status !== TAKEN.status) answer = one;
  }
  return answer;
}

async function take(notice: PaymentNotice, payments: PaymentService, deps: ApiDeps): Promise<Answer> {
  if (notice.kind === 'other') return TAKEN;
  if (notice.kind === 'attention') {
    deps.log.error({ notice: notice.id, detail: notice.detail }, 'a payment needs somebody to look at it');
    return TAKEN;
  }
  const command = commandFor(notice);
  if (command === null) return unbooked(notice, 'a currency that this house does not sell in', deps);
  const outcome = await deps.bus.submit({
    command,
    commandId: houseCommandId('payment notice', `${notice.id} ${notice.reference}`, deps.runtime.now()),
    actor: { kind: 'user', userId: payments.machineId, roles: ['operator'] },
    correlationId: null,
  });
  return answerTo(outcome, notice, deps);
}

type Money = Exclude<PaymentNotice, Readonly<{ kind: 'other' | 'attention' }>>;

function commandFor(notice: Money): RecordPayment | RefundPayment | RecordDispute | null {
  const { auctionId, transactionNumber, reference, amount } = notice;
  if (notice.kind === 'refunded')
    return { type: 'RefundPayment', auctionId, transactionNumber, reference, reason: 'Returned', amount };
  if (notice.kind === 'disputed')
    return { type: 'RecordDispute', auctionId, transactionNumber, reference, amount, status: notice.status };
  const { currency } = notice;
  if (!isCurrency(currency)) return null;
  const payment = { channel: 'online', reference, amount, paymentTotal: null, currency } as const;
  return { type: 'RecordPayment', auctionId, transactionNumber, ...payment };
}

function answerTo(outcome: Outcome, notice: Money, deps: ApiDeps): Answer {
  if (outcome.status === 'accepted') return TAKEN;
  if (outcome.status !== 'rejected') return AGAIN;
  const { rejection } = outcome;
  if (rejection.reason === 'AlreadyRecorded') return TAKEN;
  // A refund or dispute that overtook its payment: it is sent again, and the payment will be there.
  const isEarly =
    rejection.reason === 'TransactionNotRefundable' &&
    (rejection.paymentStatus === 'due' || rejection.paymentStatus === 'overdue');
  return isEarly ? AGAIN : unbooked(notice, rejection.reason, deps);
}

/** Money moved that the books cannot show, a payment for a sale that has lapsed say. People have to set it right. */
function unbooked({ id, kind, auctionId, transactionNumber, reference }: Money, why: string, { log }: ApiDeps): Answer {
  log.error({ notice: id, kind, auctionId, transactionNumber, reference, why }, 'a payment could not be booked');
  return TAKEN;
}
