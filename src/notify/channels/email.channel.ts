// Alerts by e-mail, to those who are named in the settings.
import { alertMessageSchema, alertText, headline } from '../alerts/alert-message.js';
import type { Channel } from './channel.js';
import type { Mailer } from './mail.js';

/** `escalateTo` gets those that nobody has acknowledged, beside everybody else. */
export const emailChannel = (
  mailer: Mailer,
  { to, escalateTo }: Readonly<{ to: readonly string[]; escalateTo: readonly string[] }>,
): Channel => ({
  send({ messageId, content }) {
    const message = alertMessageSchema.parse(content);
    const all = message.what === 'escalated' ? [...new Set([...to, ...escalateTo])] : to;
    return mailer.send({ messageId, to: all, subject: headline(message), text: alertText(message) });
  },
  close: () => undefined,
});
