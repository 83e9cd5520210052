// What this house uses of Stripe's API, as Stripe publishes it (https://docs.stripe.com/api): checkout sessions under idempotency
// keys, and payment intents, refunds and disputes as they stand. It makes signed notices as Stripe does. No server of Stripe's own is to be had without an account.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export const STRIPE_KEY = 'sk_test_not_a_real_key';
export const WEBHOOK_SECRET = 'whsec_not_a_real_secret';

type Form = Readonly<Record<string, string>>;
type Refund = Readonly<{ id: string; status: string; amount: number; charge: string; payment_intent: string }>;
type Session = Readonly<{ id: string; url: string; form: Form }>;

export class StripeDouble {
  readonly sessions: Session[] = [];
  readonly intents = new Map<string, object>();
  readonly disputes = new Map<string, object>();
  readonly refunds = new Map<string, Refund>();
  private readonly answered = new Map<string, Readonly<{ body: string; answer: object }>>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StripeDouble> {
    const server = createServer();
    const double = new StripeDouble(server);
    server.on('request', (request, response) => {
      void double.answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return double;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
  }

  stop(): Promise<void> {
    return new Promise((done) => {
      this.server.close(() => done());
      this.server.closeAllConnections();
    });
  }

  private async answer(request: IncomingMessage): Promise<Readonly<{ status: number; body: object }>> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    if (request.headers.authorization !== `Bearer ${STRIPE_KEY}`) return failed(401, 'Invalid API Key provided');
    if (request.method === 'GET') {
      const { pathname, searchParams } = new URL(request.url ?? '', this.url);
      if (pathname === '/v1/refunds') {
        // The latest first, as Stripe lists them.
        const data = [...this.refunds.values()].filter(({ charge }) => charge === searchParams.get('charge')).reverse();
        return { status: 200, body: { object: 'list', data, has_more: false } };
      }
      const id = pathname.split('/').at(-1) ?? '';
      const found = this.intents.get(id) ?? this.disputes.get(id) ?? this.refunds.get(id);
      return found === undefined ? failed(404, `No such object: ${id}`) : { status: 200, body: found };
    }
    const key = `${request.headers['idempotency-key']}`;
    const before = this.answered.get(key);
    // The same key with other parameters is an error of the caller's (https://docs.stripe.com/api/idempotent_requests).
    if (before !== undefined)
      return before.body === body
        ? { status: 200, body: before.answer }
        : failed(400, 'Keys for idempotent requests can only be used with the same parameters');
    const answer = this.open(Object.fromEntries(new URLSearchParams(body)));
    this.answered.set(key, { body, answer });
    return { status: 200, body: answer };
  }

  private open(form: Form): object {
    const id = `cs_test_${this.sessions.length + 1}`;
    const url = `https://checkout.stripe.example/${id}`;
    this.sessions.push({ id, url, form });
    return { id, object: 'checkout.session', url };
  }
}

const failed = (status: number, message: string) => ({
  status,
  body: { error: { type: 'invalid_request_error', message } },
});

/** The body of a notice, and its header as Stripe signs it: HMAC-SHA256 of time and body (https://docs.stripe.com/webhooks/signature). */
export function notice(
  type: string,
  object: object,
  { at, secret = WEBHOOK_SECRET, id = `evt_${type}` }: Readonly<{ at: number; secret?: string; id?: string }>,
): Readonly<{ body: string; signature: string }> {
  const body = JSON.stringify({ id, object: 'event', type, created: Math.floor(at / 1_000), data: { object } });
  const time = Math.floor(at / 1_000);
  const digest = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return { body, signature: `t=${time},v1=${digest}` };
}
