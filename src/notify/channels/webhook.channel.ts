// Alerts to an address of the operator's, in the form that Slack, Mattermost and others take, signed so that anybody else can tell
// that they are ours.
import { createHmac } from 'node:crypto';
import type { Runtime } from '../../runtime/runtime.js';
import { alertMessageSchema, alertText, headline } from '../alerts/alert-message.js';
import type { Channel } from './channel.js';

export type WebhookSettings = Readonly<{ url: URL; secret: Uint8Array | null }>;

const ANSWER_WITHIN_MS = 10_000;

/** `gavel-signature: t=<seconds>,v1=<hex>`: HMAC-SHA256 of `<seconds>.<body>` under the secret. */
export const signatureOf = (secret: Uint8Array, seconds: number, body: string): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;

export const webhookChannel = ({ url, secret }: WebhookSettings, runtime: Pick<Runtime, 'now'>): Channel => ({
  async send({ messageId, content }) {
    const message = alertMessageSchema.parse(content);
    const body = JSON.stringify({ text: `${headline(message)}\n${alertText(message)}`, alert: message });
    const headers: Record<string, string> = { 'content-type': 'application/json', 'gavel-message-id': messageId };
    if (secret !== null) headers['gavel-signature'] = signatureOf(secret, Math.floor(runtime.now() / 1_000), body);
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal }).catch(() => {
      // The library's words may repeat the address, which is a secret of its own.
      throw new Error('the webhook cannot be reached');
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
  },
  close: () => undefined,
});
