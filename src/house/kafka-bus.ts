// The command bus over Kafka, put together from its parts.
import type { TokenSettings } from '../api/api.settings.js';
import { Tokens } from '../api/auth/tokens.js';
import { MessageIngress } from '../api/ingress/ingress.js';
import type { Config } from '../config.js';
import { decodeEvent, encodeEvent } from '../journal/event-codec.js';
import type { MessagesLost } from '../kafka/client/connection.js';
import { KafkaCommandBus } from '../kafka/commands/kafka.command-bus.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { keyStoreOf } from './personal.js';
import { signingKeyOf } from './signing-key.js';

export type KafkaBusNeeds = Readonly<{
  config: Pick<Config, 'api' | 'dataDirectory' | 'masterKeys'> & Readonly<{ kafka: NonNullable<Config['kafka']> }>;
  tokens: TokenSettings;
  runtime: Runtime;
  log: Log;
  /** False for an engine alone. */
  submits?: boolean;
  lost: (error: MessagesLost) => void;
}>;

/** Connects to the configured brokers. Refuses topics that are missing or unfit with one sentence. */
export function openKafkaBus({
  config,
  tokens,
  runtime,
  log,
  submits = true,
  lost,
}: KafkaBusNeeds): Promise<KafkaCommandBus> {
  return KafkaCommandBus.open({
    settings: { ...config.kafka, signingKey: signingKeyOf(config.kafka, tokens) },
    ingress: new MessageIngress(new Tokens(tokens, runtime), config.api.house, keyStoreOf(config)),
    codec: { encode: encodeEvent, decode: decodeEvent },
    runtime,
    log,
    submits,
    lost,
  });
}
