// What a browser is shown: the web application (web-app.ts), a page for developers, which is the one at / where there is no
// application, and, in development, GraphiQL. Plain files of this folder and of two packages, with
// no script in a page, nothing from other servers, and a policy that holds a browser to it.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { hasCode } from '../../runtime/system-error.js';
import type { ApiDeps } from '../api.deps.js';
import { serveFeeds } from './feeds.js';
import { serveWebApp, webFolder } from './web-app.js';

const OWN = "default-src 'none'; script-src 'self'; img-src 'self' data:; connect-src 'self'";
const NOTHING_ELSE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HOUSE_POLICY = `${OWN}; style-src 'self'; ${NOTHING_ELSE}`;
/** Its editor writes style elements, has its fonts in its sheet, and reads documents in workers. */
const GRAPHIQL_POLICY = `${OWN}; style-src 'self' 'unsafe-inline'; font-src data:; worker-src 'self'; ${NOTHING_ELSE}`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const FILES = join(import.meta.dirname, 'files');
const PIECE_BYTES = 65_536;
const GRAPHIQL_PACKAGE = '@graphql-yoga/render-graphiql';
const { resolve } = createRequire(import.meta.url);

type Content = Buffer | (() => Promise<string | Readable>);

/** Makes the routes of the pages. To be called before the instance listens. */
export function servePages(instance: FastifyInstance, deps: ApiDeps): void {
  const { settings } = deps;
  const serve = (url: string, name: string, content: Content, policy = HOUSE_POLICY): void => {
    instance.route({
      method: 'GET',
      url,
      config: { access: 'public' },
      handler: async (_request, reply) => {
        reply.header('content-security-policy', policy).header('cache-control', 'no-cache');
        return reply.type(TYPES[extname(name)] ?? '').send(typeof content === 'function' ? await content() : content);
      },
    });
  };
  const development = settings.graphql.graphiql;
  const graphiql = development && isInstalled(GRAPHIQL_PACKAGE);
  const house = readFileSync(join(FILES, 'house.html'), 'utf8');
  const app = settings.web ? webFolder() : null;
  if (app !== null) {
    serveWebApp(instance, app, deps);
    serveFeeds(instance, deps);
  }
  serve(app === null ? '/' : '/developers', 'house.html', async () => {
    const docs = instance.hasRoute({ method: 'GET', url: '/docs' });
    return withParts(house, { docs, graphiql, development, production: !development });
  });
  for (const name of ['document.css', 'house.css', 'house.js', 'words.js', 'gavel.svg'])
    serve(`/pages/${name}`, name, readFileSync(join(FILES, name)));
  for (const { name, path } of socketFiles()) serve(`/pages/graphql-ws/${name}`, name, readFileSync(path));
  if (!graphiql) return;
  serve('/graphiql', 'graphiql.html', readFileSync(join(FILES, 'graphiql.html')), GRAPHIQL_POLICY);
  serve('/pages/graphiql-start.js', 'graphiql-start.js', readFileSync(join(FILES, 'graphiql-start.js')));
  for (const [name, part] of Object.entries(GRAPHIQL_FILES))
    serve(`/graphiql/${name}`, name, async () => inPieces((await graphiqlPackage())[part]), GRAPHIQL_POLICY);
}

/** A page without the parts that are not for this house: `<!--name-->…<!--/name-->`. */
const withParts = (page: string, parts: Readonly<Record<string, boolean>>): string =>
  page.replaceAll(/<!--(\w+)-->(.*?)<!--\/\1-->/gs, (_all, name: string, part: string) =>
    parts[name] === true ? part : '',
  );

/** The socket's client as browsers load it, and what it imports. */
function socketFiles(): readonly Readonly<{ name: string; path: string }>[] {
  const folder = dirname(resolve('graphql-ws'));
  const names = readdirSync(folder).filter((name) => /^(client|common-[\w-]+)\.js$/.test(name));
  return names.map((name) => ({ name, path: join(folder, name) }));
}

const GRAPHIQL_FILES = {
  'graphiql.js': 'js',
  'graphiql.css': 'css',
  'editorWorkerService.js': 'editorWorkerService',
  'json.js': 'jsonWorker',
  'graphql.js': 'graphqlWorker',
} as const;

/**
 * A long text as a stream. What waits to be read on a connection is bounded (http/flight.ts), and this is more at once; a
 * stream waits for its reader.
 */
function inPieces(text: string): Readable {
  const bytes = Buffer.from(text);
  const count = Math.ceil(bytes.length / PIECE_BYTES);
  const pieces = Array.from({ length: count }, (_, i) => bytes.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES));
  return Readable.from(pieces, { objectMode: false });
}

/** Several megabytes: read when somebody asks for them first. */
const graphiqlPackage = () => import('@graphql-yoga/render-graphiql/graphiql');

/** An optional package: images for production leave it out. */
function isInstalled(name: string): boolean {
  try {
    resolve(name);
    return true;
  } catch (error) {
    if (hasCode(error, 'MODULE_NOT_FOUND')) return false;
    throw error;
  }
}
