import { InProcessCommandBus } from '../../src/bus/in-process.command-bus.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { commandBusContract } from './command-bus.contract.js';

commandBusContract('the queue of one process', async () => {
  const runtime = new SystemRuntime();
  const bus = new InProcessCommandBus({ partitions: 2, queueMax: 3, batchMax: 2, retryAfterMs: 50 }, runtime);
  return { bus, now: () => runtime.now(), close: () => bus.drain() };
});
