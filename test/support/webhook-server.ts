// A server that keeps what is posted to it.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Post = Readonly<{ headers: IncomingHttpHeaders; body: string }>;
export type WebhookServer = Readonly<{
  url: string;
  posts: Post[];
  /** What the next posts are answered with. They are kept all the same. */
  answerWith(status: number): void;
  stop(): Promise<void>;
}>;

export async function startWebhookServer(): Promise<WebhookServer> {
  const posts: Post[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posts.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end('ok');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    posts,
    answerWith: (code) => {
      status = code;
    },
    stop,
  };
}
