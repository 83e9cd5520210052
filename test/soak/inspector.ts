// The inspector of a house's process: V8 collects an idle heap when it likes, so that nobody could tell what is still held.
import WebSocket from 'ws';
import { eventually } from '../support/eventually.js';

/** What a house must be started with so that its inspector takes any free port. It opens only when it is asked to. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect-port=127.0.0.1:0' };

const LISTENING = /Debugger listening on (ws:\S+)/;

export class Inspector {
  private constructor(private readonly address: string) {}

  /** Opens the inspector of this process, which says where on what it prints. */
  static async open(pid: number, said: () => string): Promise<Inspector> {
    process.kill(pid, 'SIGUSR1');
    await eventually('the inspector to open', () => LISTENING.test(said()));
    return new Inspector(LISTENING.exec(said())?.[1] ?? '');
  }

  /** Resolves once all that nothing refers to is collected. */
  async collectGarbage(): Promise<void> {
    await this.ask('HeapProfiler.collectGarbage');
  }

  /** Asks this one thing; rejects with the inspector's own error. */
  private ask(method: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.address);
      socket.on('open', () => socket.send(JSON.stringify({ id: 1, method })));
      socket.on('message', (data) => {
        const { id, result, error } = JSON.parse(String(data));
        if (id !== 1) return;
        socket.close();
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      socket.on('error', reject);
      socket.on('close', () => reject(new Error(`${method}: the inspector hung up`)));
    });
  }
}
