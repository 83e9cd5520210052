// Nest's own lines, on our log. What it says while it starts is for debugging; what it warns of is not.
import type { LoggerService } from '@nestjs/common';
import type { Log } from '../runtime/log.js';

export function nestLog(log: Log): LoggerService {
  const say =
    (level: keyof Log) =>
    (message: unknown, ...rest: unknown[]) => {
      const context = rest.at(-1);
      log[level]({ from: typeof context === 'string' ? context : 'Nest' }, String(message));
    };
  return {
    log: say('debug'),
    debug: say('debug'),
    verbose: say('debug'),
    warn: say('warn'),
    error: say('error'),
    fatal: say('error'),
  };
}
