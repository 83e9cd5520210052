// A Metabase that keeps what it is told and shows nothing: an HTTP server that refuses each request that is not as the
// published description says, answers as the real one does, and counts what changed.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REQUESTS } from './metabase-api.js';

type Thing = Record<string, unknown> & { id: number };
type Answer = Readonly<{ status: number; body: unknown }>;

const ok = (body: unknown): Answer => ({ status: 200, body });
const refused = (status: number, message: string): Answer => ({ status, body: message });

export class FakeMetabase {
  readonly requests: string[] = [];
  readonly databases: Thing[] = [];
  readonly collections: Thing[] = [];
  readonly cards: Thing[] = [];
  readonly dashboards: Thing[] = [];
  readonly groups: Thing[] = [
    { id: 1, name: 'All Users' },
    { id: 2, name: 'Administrators' },
  ];
  /** group → thing → access, as the two graphs tell it. */
  readonly seen: Record<string, Record<string, unknown>> = { 1: {} };
  readonly asked: Record<string, Record<string, unknown>> = { 1: {} };
  account: { email: string; password: string } | null = null;
  private revision = 0;
  private ids = 100;
  private readonly token = 'first-visit';
  private session: string | null = null;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeMetabase> {
    const server = createServer();
    const fake = new FakeMetabase(server);
    server.on('request', (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { status, body } = fake.answer(request, Buffer.concat(chunks).toString());
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Requests that change something. */
  get writes(): readonly string[] {
    return this.requests.filter((one) => /^(POST|PUT)/.test(one) && one !== 'POST /api/session');
  }

  private answer({ method = 'GET', url = '/', headers }: IncomingMessage, text: string): Answer {
    const { pathname, searchParams } = new URL(url, 'http://fake');
    const path = pathname.replace(/\/\d+/g, '/{id}');
    const name = `${method} ${path}`;
    const described = REQUESTS[name];
    this.requests.push(name);
    if (described === undefined) return refused(404, `${name} is not described`);
    const missing = described.query.filter((parameter) => !searchParams.has(parameter));
    if (missing.length > 0) return refused(400, `${name} lacks ${missing.join(', ')}`);
    const body = text === '' ? null : JSON.parse(text);
    const read = described.body?.safeParse(body);
    if (read?.success === false) return refused(400, `${name}: ${read.error.message}`);
    const isOpen = /health|session|setup/.test(path) && method !== 'DELETE';
    if (!isOpen && (this.session === null || headers['x-metabase-session'] !== this.session))
      return refused(401, 'Unauthenticated');
    return this.act(name, { id: Number(/\/(\d+)/.exec(pathname)?.[1]), body, query: searchParams });
  }

  private act(name: string, { id, body, query }: Readonly<{ id: number; body: any; query: URLSearchParams }>): Answer {
    switch (name) {
      case 'GET /api/health':
        return ok({ status: 'ok' });
      case 'GET /api/session/properties':
        return ok({ 'setup-token': this.token, 'has-user-setup': this.account !== null, version: { tag: 'v0.63.19' } });
      case 'POST /api/setup':
        if (this.account !== null || body.token !== this.token) return refused(403, 'already set up');
        this.account = { email: body.user.email, password: body.user.password };
        return ok(this.begin());
      case 'POST /api/session':
        if (body.username !== this.account?.email || body.password !== this.account?.password)
          return refused(401, 'did not match stored password');
        return ok(this.begin());
      case 'DELETE /api/session':
        this.session = null;
        return { status: 204, body: null };
      case 'GET /api/database':
        return ok({ data: this.databases, total: this.databases.length });
      case 'GET /api/database/{id}':
        return this.one(this.databases, id, (told) => ({
          ...told,
          details: { ...(told['details'] as object), password: '**MetabasePass**' },
        }));
      case 'GET /api/collection':
        return ok([{ id: 'root', name: 'Our analytics' }, ...this.collections]);
      case 'GET /api/collection/{id}/items':
        return ok({ data: this.items(id, query.get('models') ?? '') });
      case 'GET /api/permissions/group':
        return ok(this.groups);
      case 'GET /api/collection/graph':
        return ok({ revision: this.revision, groups: this.seen });
      case 'GET /api/permissions/graph':
        return ok({ revision: this.revision, groups: this.asked });
      case 'PUT /api/collection/graph':
        return this.grant(this.seen, body);
      case 'PUT /api/permissions/graph':
        return this.grant(this.asked, body);
      case 'GET /api/card/{id}':
        if (query.get('legacy-mbql') !== 'true') return refused(500, 'this fake tells the older form only');
        return this.one(this.cards, id);
      case 'GET /api/dashboard/{id}':
        return this.one(this.dashboards, id);
      default:
        return this.write(name, id, body);
    }
  }

  private write(name: string, id: number, body: any): Answer {
    switch (name) {
      case 'POST /api/database':
        return this.make(this.databases, { ...body, features: ['basic-aggregations'] });
      case 'POST /api/collection': {
        const parent = this.collections.find((one) => one.id === body.parent_id);
        return this.make(this.collections, { ...body, location: parent === undefined ? '/' : `/${parent.id}/` });
      }
      case 'POST /api/permissions/group':
        return this.make(this.groups, body);
      case 'POST /api/card':
        return this.make(this.cards, { ...body, archived: false, cache_ttl: null });
      case 'POST /api/dashboard':
        return this.make(this.dashboards, { ...body, parameters: [], dashcards: [], tabs: [], width: 'fixed' });
      case 'PUT /api/database/{id}':
        return this.change(this.databases, id, body);
      case 'PUT /api/card/{id}':
        return this.change(this.cards, id, body);
      case 'PUT /api/dashboard/{id}': {
        const unknown = body.dashcards.find((one: any) => one.card_id !== null && !this.has(this.cards, one.card_id));
        if (unknown !== undefined) return refused(400, `no card ${unknown.card_id}`);
        // A card with a negative id is new; one that is not sent any more is gone, as in the real one.
        const dashcards = body.dashcards.map((one: any) => ({
          action_id: null,
          ...one,
          id: one.id < 0 ? this.nextId() : one.id,
          dashboard_id: id,
        }));
        return this.change(this.dashboards, id, { ...body, dashcards });
      }
      default:
        return refused(500, `${name} is described and not acted upon`);
    }
  }

  private begin(): { id: string } {
    this.session = `session-${this.nextId()}`;
    return { id: this.session };
  }

  nextId(): number {
    this.ids += 1;
    return this.ids;
  }

  private has(things: readonly Thing[], id: number): boolean {
    return things.some((one) => one.id === id);
  }

  private one(things: readonly Thing[], id: number, told = (thing: Thing): object => thing): Answer {
    const thing = things.find((one) => one.id === id);
    return thing === undefined ? refused(404, 'Not found.') : ok(told(thing));
  }

  private make(things: Thing[], body: object): Answer {
    const thing = { ...body, id: this.nextId() };
    things.push(thing);
    return ok(thing);
  }

  private change(things: Thing[], id: number, body: object): Answer {
    const thing = things.find((one) => one.id === id);
    return thing === undefined ? refused(404, 'Not found.') : ok(Object.assign(thing, body));
  }

  private grant(graph: Record<string, Record<string, unknown>>, body: any): Answer {
    if (body.revision !== this.revision) return refused(409, 'Looks like someone else edited the permissions.');
    for (const [group, access] of Object.entries(body.groups))
      graph[group] = { ...graph[group], ...(access as object) };
    this.revision += 1;
    return ok({ revision: this.revision, groups: graph });
  }

  private items(collection: number, model: string): readonly object[] {
    const inside = (one: Thing): boolean => one['collection_id'] === collection && one['archived'] !== true;
    if (model === 'card') return this.cards.filter(inside).map(({ id, name }) => ({ id, name, model }));
    if (model === 'dashboard') return this.dashboards.filter(inside).map(({ id, name }) => ({ id, name, model }));
    return this.collections
      .filter((one) => one['location'] === `/${collection}/`)
      .map(({ id, name }) => ({ id, name, model }));
  }
}
