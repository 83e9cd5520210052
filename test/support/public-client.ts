// Somebody on the public network, and no more than that: a token, requests over REST and GraphQL, and the public
// `graphql-ws` client. Keeps all that ever came, in its order.
import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery, getNamedType } from 'graphql';
import { SignJWT } from 'jose';
import { everythingOf } from './everything.js';
import { type Reply, request } from './request.js';
import { type Watched, Watcher } from './watcher.js';

/** What the house checks tokens with (GAVEL_JWT_SECRET), as its identity provider knows it. */
export const SIGNING_SECRET = 'a secret that a house and its identity provider share';

const TOKEN_LIFETIME_S = 3_600;

export type Role = 'bidder' | 'seller' | 'operator';

/** The schema as the house shows it to anybody. */
export async function schemaOf(url: string): Promise<GraphQLSchema> {
  const { body } = await request(url, 'POST', '/graphql', { body: { query: getIntrospectionQuery() } });
  return buildClientSchema(body.data);
}

/** Where a client asks, and where it listens: two nodes of one house, or the same. */
export type House = Readonly<{ url: string; newsUrl: string; schema: GraphQLSchema }>;

export class PublicClient {
  /** Every body and every frame. */
  readonly heard: string[] = [];
  private readonly watcher: Watcher;

  private constructor(
    readonly name: string,
    readonly id: string,
    private readonly token: string | undefined,
    private readonly house: House,
  ) {
    this.watcher = Watcher.connect(house.newsUrl, token, (message) => this.heard.push(JSON.stringify(message)));
  }

  /** Without a role somebody who has no token. */
  static async of(name: string, role: Role | null, house: House): Promise<PublicClient> {
    const id = crypto.randomUUID();
    const token = role === null ? undefined : await signedToken(id, role);
    return new PublicClient(name, id, token, house);
  }

  async rest(method: 'GET' | 'POST', path: string, body?: object): Promise<Reply> {
    const token = this.token === undefined ? {} : { token: this.token };
    const reply = await request(this.house.url, method, path, { ...token, ...(body !== undefined && { body }) });
    this.heard.push(reply.text);
    return reply;
  }

  /** What the one root field of a query is. Throws on errors. */
  async ask(query: string, variables: object = {}): Promise<any> {
    const { body } = await this.rest('POST', '/graphql', { query, variables });
    if (body.errors !== undefined) throw new Error(`${this.name} asked ${query}: ${JSON.stringify(body.errors)}`);
    return Object.values(body.data)[0];
  }

  /** A command over GraphQL, with all that its answer may hold. */
  mutate(mutation: string, input: object): Promise<any> {
    const { schema } = this.house;
    const field = schema.getMutationType()?.getFields()[mutation];
    const inputType = field?.args[0]?.type;
    if (field === undefined) throw new Error(`the schema has no mutation ${mutation}`);
    const answer = everythingOf(schema, getNamedType(field.type).name);
    return this.ask(`mutation($input: ${inputType}) { ${mutation}(input: $input) ${answer} }`, { input });
  }

  everything(type: string): string {
    return everythingOf(this.house.schema, type);
  }

  /** Resolves once the auction is told of as it stands; whatever was subscribed to before on this socket then runs, too. */
  async watch(auctionId: string): Promise<Watched> {
    const query = `subscription($id: ID!) { auctionUpdated(id: $id) ${this.everything('Auction')} }`;
    const watched = this.watcher.watch(query, { id: auctionId });
    await watched.until(`${this.name} to be told of the auction`, () => true);
    return watched;
  }

  news(): Watched {
    return this.watcher.watch(`subscription { myNews ${this.everything('News')} }`);
  }

  close(): Promise<void> {
    return this.watcher.close();
  }
}

const signedToken = (subject: string, role: Role): Promise<string> =>
  new SignJWT({ roles: [role] })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(`${TOKEN_LIFETIME_S}s`)
    .sign(new TextEncoder().encode(SIGNING_SECRET));
