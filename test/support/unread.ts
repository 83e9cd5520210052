// Clients that ask and do not read: what a server has answered stays in its memory, once the kernel's own buffers are full.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection that reads nothing until `read` is called. */
export class UnreadConnection {
  private received = '';

  private constructor(private readonly socket: Socket) {
    socket.on('error', () => undefined);
  }

  static async open(url: string): Promise<UnreadConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).setEncoding('latin1').pause();
    await once(socket, 'connect');
    return new UnreadConnection(socket);
  }

  /** Writes so many requests at once, without a body each. */
  ask(path: string, times: number, headers = ''): void {
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`.repeat(times));
  }

  write(bytes: string): void {
    this.socket.write(bytes);
  }

  /** Begins to read. */
  read(): void {
    this.socket.on('data', (text: string) => {
      this.received += text;
    });
    this.socket.resume();
  }

  /** The status of each answer that has come, in order. */
  statuses(): readonly number[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  text(): string {
    return this.received;
  }

  get isClosed(): boolean {
    return this.socket.closed;
  }

  destroy(): void {
    this.socket.destroy();
  }
}
