// What the edge may be told. `src/config.ts` fills this in from the environment.
import type { HouseTerms } from '../domain/auction/house-defaults.js';

/** What bearer tokens are checked with: a shared secret (HS256), or the public keys that an identity provider serves. */
export type TokenKey =
  | Readonly<{
      kind: 'secret';
      secret: Uint8Array;
      /** Taken as well, while the secret is being changed. */
      also?: Uint8Array | null;
    }>
  | Readonly<{ kind: 'jwks'; url: URL }>;

export type TokenSettings = Readonly<{
  key: TokenKey;
  /** Demanded of every token when set. */
  issuer: string | null;
  audience: string | null;
  /** Tokens that are good for longer, from their issue to their end, are refused. */
  lifetimeMaxMs: number;
  /** Verified tokens remembered, so that a signature is checked once and not at every bid. */
  cacheMax: number;
}>;

export type LimitSettings = Readonly<{
  /** Larger bodies are refused with 413. */
  bodyBytesMax: number;
  /** Requests a minute; 0 is no limit. An address is a client (http/client-address.ts). */
  perSubjectPerMinute: number;
  perAddressPerMinute: number;
  /** A request must have arrived whole by then, or its connection is cut. */
  requestTimeoutMs: number;
}>;

/** Bounds of what clients make a process hold (http/flight.ts). */
export type FlightSettings = Readonly<{
  /** Requests under way, from their arrival until their answers have left. */
  perConnectionMax: number;
  perClientMax: number;
  /** Bytes of answers that wait to be read. */
  unsentPerConnectionMax: number;
  unsentPerClientMax: number;
  unsentMax: number;
  /** A connection that has taken no answer for so long, while one waits, is cut. */
  unreadMaxMs: number;
}>;

export type GraphQLSettings = Readonly<{
  /** Whether clients may ask for the schema, and whether errors help them along. */
  introspection: boolean;
  /** Whether a page to try things out is served. */
  graphiql: boolean;
}>;

/** Bounds of the sockets over which watchers are told of changes. */
export type SocketSettings = Readonly<{
  socketsMax: number;
  /** 0 is no limit. */
  perAddressMax: number;
  subscriptionsPerSocketMax: number;
  /** With more than this unsent, a socket is told nothing new but the latest, once it reads again. */
  bufferBytesMax: number;
  /** What its subscriptions and unread messages may make the process hold, in bytes. */
  heldPerSocketMax: number;
  /** The same for all sockets of one address; 0 is no limit. */
  heldPerAddressMax: number;
  /** The same for all sockets. */
  heldMax: number;
  /** A socket that has read nothing for so long, while something waits for it, is cut. */
  stalledMaxMs: number;
}>;

export type ApiSettings = Readonly<{
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Proxies of ours in front, each of which adds an address to `X-Forwarded-For`. */
  proxies: number;
  /** Origins of web pages whose scripts may use the API. */
  origins: readonly string[];
  /** What is served to anybody who reaches the port, beside the API. */
  open: Readonly<{ docs: boolean; metrics: boolean }>;
  /** Whether the web application is served. */
  web: boolean;
  limits: LimitSettings;
  flight: FlightSettings;
  tokens: TokenSettings;
  /** A command that is not answered by then is answered 202, and looked up later. */
  answerTimeoutMs: number;
  /** What listings get that say nothing else, and what they may say. */
  house: HouseTerms;
  graphql: GraphQLSettings;
  sockets: SocketSettings;
  /** How long `close` waits for requests under way. */
  closeGraceMs: number;
}>;
