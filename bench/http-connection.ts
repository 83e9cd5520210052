// One keep-alive connection of HTTP/1.1, with one request under way. Written for the benchmark: a client that costs
// little, so that the machine's processors are left to the house that is measured.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';

export type HttpAnswer = Readonly<{ status: number; body: string }>;

export class HttpConnection {
  private received = '';
  private waiting: PromiseWithResolvers<HttpAnswer> | null = null;

  private constructor(
    private readonly socket: Socket,
    private readonly host: string,
  ) {
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text: string) => this.take(text));
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new Error('the server closed a connection')));
  }

  static async open(url: URL): Promise<HttpConnection> {
    const socket = connect(Number(url.port), url.hostname);
    await once(socket, 'connect');
    return new HttpConnection(socket, url.host);
  }

  /** Posts JSON of ASCII characters. One request at a time. */
  post(path: string, token: string, json: string): Promise<HttpAnswer> {
    this.waiting = Promise.withResolvers<HttpAnswer>();
    this.socket.write(
      `POST ${path} HTTP/1.1\r\nHost: ${this.host}\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
      'latin1',
    );
    return this.waiting.promise;
  }

  close(): void {
    this.socket.destroy();
  }

  private take(text: string): void {
    this.received += text;
    const head = this.received.indexOf(END_OF_HEAD);
    if (head < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.received.slice(0, head))?.[1];
    if (length === undefined) {
      this.waiting?.reject(new Error(`an answer without a length: ${this.received.slice(0, head)}`));
      return;
    }
    const end = head + END_OF_HEAD.length + Number(length);
    if (this.received.length < end) return;
    const answer = {
      status: Number(this.received.slice(9, 12)),
      body: this.received.slice(head + END_OF_HEAD.length, end),
    };
    this.received = this.received.slice(end);
    this.waiting?.resolve(answer);
  }
}
