// Metabase's HTTP API, as far as provisioning needs it: JSON in, JSON out, one session. Checked against the published
// description of the pinned release (test/metabase/metabase-api.ts).
import { z } from 'zod';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Json } from './bodies.js';

/** The release that compose runs and that the requests are checked against. The API itself has no versions. */
export const METABASE_VERSION = '0.63';

export type Administrator = Readonly<{ email: string; password: string }>;

const ANSWER_WITHIN_MS = 30_000;
const READY_WITHIN_MS = 180_000;
const RETRY_MS = 1_000;

const sessionAnswer = z.object({ id: z.string() });
const propertiesAnswer = z.object({
  'setup-token': z.string().nullish(),
  'has-user-setup': z.boolean(),
  version: z.object({ tag: z.string() }),
});

export class MetabaseClient {
  private session: string | null = null;

  constructor(
    private readonly base: URL,
    private readonly runtime: Runtime,
  ) {}

  /** Waits until the server is ready, which takes it a minute on its first start. Throws after three. */
  async ready(): Promise<void> {
    const startedAt = this.runtime.monotonicMs();
    let last = 'no answer';
    while (this.runtime.monotonicMs() - startedAt < READY_WITHIN_MS) {
      try {
        const response = await this.send('GET', '/api/health');
        if (response.ok) return;
        last = `${response.status}`;
      } catch (error) {
        last = error instanceof Error ? error.message : String(error);
      }
      await this.runtime.sleep(RETRY_MS);
    }
    throw new OperatorError(
      `Metabase at ${this.base.origin} was not ready within ${READY_WITHIN_MS / 1000} s: ${last}`,
    );
  }

  /** Signs in; on a new server this makes its first account. Returns the server's version, as `v0.63.19`. */
  async signIn({ email, password }: Administrator): Promise<string> {
    const properties = await this.get('/api/session/properties', propertiesAnswer);
    const token = properties['setup-token'] ?? '';
    const isNew = !properties['has-user-setup'];
    const { id } = isNew
      ? await this.post('/api/setup', setupBody(token, { email, password }), sessionAnswer)
      : await this.post('/api/session', { username: email, password }, sessionAnswer);
    this.session = id;
    return properties.version.tag;
  }

  async signOut(): Promise<void> {
    if (this.session !== null) await this.ask('DELETE', '/api/session', z.unknown());
    this.session = null;
  }

  get<Answer>(path: string, shape: z.ZodType<Answer>): Promise<Answer> {
    return this.ask('GET', path, shape);
  }

  post<Answer>(path: string, body: Json, shape: z.ZodType<Answer>): Promise<Answer> {
    return this.ask('POST', path, shape, body);
  }

  put<Answer>(path: string, body: Json, shape: z.ZodType<Answer>): Promise<Answer> {
    return this.ask('PUT', path, shape, body);
  }

  /** Throws one sentence for a refusal, with what the server says about it; never with what was sent, which holds passwords. */
  private async ask<Answer>(method: string, path: string, shape: z.ZodType<Answer>, body?: Json): Promise<Answer> {
    const response = await this.send(method, path, body);
    const text = await response.text();
    const asked = `${method} ${path}`;
    if (!response.ok)
      throw new OperatorError(`Metabase answered ${asked} with ${response.status}: ${text.slice(0, 500)}`);
    const answer = shape.safeParse(text === '' ? null : JSON.parse(text));
    if (answer.success) return answer.data;
    const { path: where, message } = answer.error.issues[0] ?? { path: [], message: 'unknown' };
    throw new OperatorError(`Metabase answered ${asked} in an unknown form: ${[...where, message].join(': ')}`);
  }

  private send(method: string, path: string, body?: Json): Promise<Response> {
    return fetch(new URL(path, this.base), {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.session === null ? {} : { 'x-metabase-session': this.session }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  }
}

const setupBody = (token: string, user: Administrator): Json => ({
  token,
  user: { ...user, first_name: 'Gavel', last_name: 'Administrator' },
  prefs: { site_name: 'Gavel', site_locale: 'en' },
});
