// A broker of a test's own, to be killed and started again.
import {
  type EmbeddedKafka,
  type EmbeddedKafkaOptions,
  startEmbeddedKafka,
} from '../../src/embedded/kafka/embedded-kafka.js';
import { silentLog } from '../../src/runtime/log.js';

/** A start right after a kill waits for so long. Less, and a busy machine makes a broker lose its session while it lives. */
const SESSION_MS = 2_000;

export const startMortalKafka = (
  dataDir: string,
  { secure }: Pick<EmbeddedKafkaOptions, 'secure'> = {},
): Promise<EmbeddedKafka> =>
  startEmbeddedKafka({
    ...{ dataDir, heapMb: 384, short: true, sessionMs: SESSION_MS, log: silentLog },
    ...(secure !== undefined && { secure }),
  });
