import { createHmac } from 'node:crypto';
import type { TokenSettings } from '../api/api.settings.js';
import type { Config } from '../config.js';
import { MessageSigner } from '../kafka/commands/message-signer.js';
import { OperatorError } from '../runtime/operator-error.js';

/** What the processes of this house know each other's messages by. */
export const sealKeyOf = ({ sealKey }: NonNullable<Config['kafka']>, tokens: TokenSettings): Uint8Array =>
  sealKey ?? sealKeyFrom(tokens);

/** Signs and checks the messages of this house. */
export const signerOf = (kafka: NonNullable<Config['kafka']>, tokens: TokenSettings): MessageSigner =>
  new MessageSigner(sealKeyOf(kafka, tokens), kafka.sealKeyAlso);

/** In development one secret is enough: processes that share it for tokens share the seal. */
function sealKeyFrom({ key }: TokenSettings): Uint8Array {
  if (key.kind !== 'secret')
    throw new OperatorError('GAVEL_KAFKA_SEAL_KEY is needed where GAVEL_JWT_JWKS_URL checks the tokens');
  return createHmac('sha256', key.secret).update('gavel seal').digest();
}
