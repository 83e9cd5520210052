import { createHmac } from 'node:crypto';
import type { TokenSettings } from '../api/api.settings.js';
import type { Config } from '../config.js';
import { MessageSigner } from '../kafka/commands/message-signer.js';
import { OperatorError } from '../runtime/operator-error.js';

/** What the processes of this house know each other's messages by. */
export const signingKeyOf = ({ signingKey }: NonNullable<Config['kafka']>, tokens: TokenSettings): Uint8Array =>
  signingKey ?? signingKeyFrom(tokens);

/** Signs and checks the messages of this house. */
export const signerOf = (kafka: NonNullable<Config['kafka']>, tokens: TokenSettings): MessageSigner =>
  new MessageSigner(signingKeyOf(kafka, tokens), kafka.signingKeyAlso);

/** In development one secret is enough: processes that share it for tokens share the signing key. */
function signingKeyFrom({ key }: TokenSettings): Uint8Array {
  if (key.kind !== 'secret')
    throw new OperatorError('GAVEL_KAFKA_SIGNING_KEY is needed where GAVEL_JWT_JWKS_URL checks the tokens');
  return createHmac('sha256', key.secret).update('gavel signing key').digest();
}
