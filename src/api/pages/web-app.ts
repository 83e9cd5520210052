// The web application, as scripts/build.mjs made it of web/: one page for all of its addresses, and files whose names tell their
// content. All of it is small, is read once, and lies compressed beside itself.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { auctionId, saleId, uuidIn } from '../../domain/ids.js';
import type { ApiDeps } from '../api.deps.js';
import { baseOf } from './feeds.js';
import { lotHead } from './lot-head.js';
import { saleHead } from './sale-head.js';

/** Where its pages are. What a page shows, it asks the API for. */
const ADDRESSES = [
  '/',
  '/sales',
  '/search',
  '/mine',
  '/sell',
  '/sign-in',
  '/account',
  '/sign-up',
  '/reset',
  '/desk',
  '/desk/:room',
  '/figures',
  '/figures/:board',
  '/notices',
  '/people/:id',
];

/** No script, style or picture but the house's own; nothing runs that is written into a page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Encodings in the order in which we like them, with the endings of their files. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;
const FOR_EVER = 'public, max-age=31536000, immutable';

type Variants = Readonly<{
  type: string;
  plain: Buffer;
  encoded: readonly (readonly [encoding: string, bytes: Buffer])[];
}>;

/** Where the built application is: beside the compiled sources, or in dist/ where these are not compiled, as in tests. */
export function webFolder(): string | null {
  const up = join(import.meta.dirname, '..', '..', '..');
  return [join(up, 'web'), join(up, 'dist', 'web')].find((folder) => existsSync(join(folder, 'assets'))) ?? null;
}

/** Makes the routes of the application in this folder. To be called before the instance listens. */
export function serveWebApp(
  instance: FastifyInstance,
  folder: string,
  { queries, sales }: Pick<ApiDeps, 'queries' | 'sales'>,
): void {
  const page = variantsOf(join(folder, 'index.html'));
  for (const url of ADDRESSES) serve(instance, url, page, 'no-cache');
  serveWithHead(instance, '/lots/:id', page, async (uuid, base) => {
    const row = await queries.auction(auctionId(uuid));
    return row === null ? null : lotHead(row, `${base}/lots/${row.auctionId}`);
  });
  serveWithHead(instance, '/sales/:id', page, async (uuid, base) => {
    const row = await sales.sale(saleId(uuid));
    // A draft is nobody's business but the staff's.
    return row === null || row.publishedAt === null ? null : saleHead(row, `${base}/sales/${row.saleId}`);
  });
  for (const name of readdirSync(join(folder, 'assets')))
    if (extname(name) in TYPES)
      serve(instance, `/web/assets/${name}`, variantsOf(join(folder, 'assets', name)), FOR_EVER);
}

const HEAD_TITLE = '<title>Gavel</title>';

/** What the page at an address is told of itself; null for what is not there. */
type Head = (uuid: string, base: string) => Promise<string | null>;

/** The same page, with a head of its own for whoever shows a link to it. */
function serveWithHead(instance: FastifyInstance, url: string, page: Variants, headOf: Head): void {
  const plain = page.plain.toString('utf8');
  instance.route({
    method: 'GET',
    url,
    config: { access: 'public' },
    handler: async (request, reply) => {
      reply.header('content-security-policy', POLICY).header('cache-control', 'no-cache').type(page.type);
      const uuid = uuidIn(String((request.params as Readonly<{ id?: unknown }>).id ?? ''));
      const head = uuid === null ? null : await headOf(uuid, baseOf(request));
      if (head === null) return reply.send(chosen(request, reply, page));
      return reply.send(plain.replace(HEAD_TITLE, () => head));
    },
  });
}

function serve(instance: FastifyInstance, url: string, variants: Variants, cache: string): void {
  instance.route({
    method: 'GET',
    url,
    config: { access: 'public' },
    handler: async (request, reply) => {
      reply.header('content-security-policy', POLICY).header('cache-control', cache).type(variants.type);
      return reply.send(chosen(request, reply, variants));
    },
  });
}

/** The smallest of what the browser takes. */
function chosen(request: FastifyRequest, reply: FastifyReply, { plain, encoded }: Variants): Buffer {
  reply.header('vary', 'accept-encoding');
  const taken = new Set(
    String(request.headers['accept-encoding'] ?? '')
      .split(',')
      .map((one) => one.trim()),
  );
  const [encoding, bytes] = encoded.find(([name]) => taken.has(name)) ?? [null, plain];
  if (encoding !== null) reply.header('content-encoding', encoding);
  return bytes;
}

function variantsOf(path: string): Variants {
  return {
    type: TYPES[extname(path)] ?? 'application/octet-stream',
    plain: readFileSync(path),
    encoded: ENCODINGS.filter(([, ending]) => existsSync(path + ending)).map(([name, ending]) => [
      name,
      readFileSync(path + ending),
    ]),
  };
}
