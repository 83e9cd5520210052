// The inspector of a house's process (the Chrome DevTools Protocol). V8 collects an idle heap when it likes, so that nobody
// could tell what is still held.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import WebSocket from 'ws';
import { eventually } from '../support/eventually.js';

/** What a house must be started with so that its inspector takes any free port. It opens only when it is asked to. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect-port=127.0.0.1:0' };

const LISTENING = /Debugger listening on (ws:\S+)/;

type Ask = (method: string) => Promise<any>;

export class Inspector {
  private constructor(private readonly address: string) {}

  /** Opens the inspector of this process, which says where on what it prints. */
  static async open(pid: number, said: () => string): Promise<Inspector> {
    process.kill(pid, 'SIGUSR1');
    await eventually('the inspector to open', () => LISTENING.test(said()));
    return new Inspector(LISTENING.exec(said())?.[1] ?? '');
  }

  /** Resolves once all that nothing refers to is collected. */
  collectGarbage(): Promise<void> {
    return this.attached((ask) => ask('HeapProfiler.collectGarbage'));
  }

  /** Does `work`, and writes a CPU profile of the process meanwhile. */
  profiled<Made>(file: string, work: () => Promise<Made>): Promise<Made> {
    return this.attached(async (ask) => {
      await ask('Profiler.enable');
      await ask('Profiler.start');
      const made = await work();
      const { profile } = await ask('Profiler.stop');
      writeFileSync(file, JSON.stringify(profile));
      return made;
    });
  }

  private async attached<Made>(work: (ask: Ask) => Promise<Made>): Promise<Made> {
    const socket = new WebSocket(this.address);
    await once(socket, 'open');
    let asked = 0;
    const ask: Ask = (method) =>
      new Promise((resolve, reject) => {
        const own = ++asked;
        socket.on('message', (data) => {
          const { id, result, error } = JSON.parse(String(data));
          if (id === own && error === undefined) resolve(result);
          else if (id === own) reject(new Error(`${method}: ${error.message}`));
        });
        socket.on('close', () => reject(new Error(`${method}: the inspector hung up`)));
        socket.send(JSON.stringify({ id: own, method }));
      });
    try {
      return await work(ask);
    } finally {
      socket.close();
    }
  }
}
