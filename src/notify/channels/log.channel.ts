// Alerts as lines of the log.
import type { Log } from '../../runtime/log.js';
import { alertMessageSchema } from '../alerts/alert-message.js';
import type { Channel } from './channel.js';

export const logChannel = (log: Log): Channel => ({
  async send({ content }) {
    const { what, alertId, kind, subject, severity, detail } = alertMessageSchema.parse(content);
    const level = what === 'cleared' ? 'info' : severity === 'critical' ? 'error' : 'warn';
    log[level]({ alert: kind, alertId, subject, severity, detail }, `alert ${what}`);
  },
  close: () => undefined,
});
