import type { Config } from '../config.js';
import { OperatorError } from '../runtime/operator-error.js';
import { hasCode } from '../runtime/system-error.js';

/** A port that cannot be had as a sentence that names the setting; any other error as it is. */
export function cannotListen({ host, port }: Config['api'], cause: unknown): unknown {
  const elsewhere = 'GAVEL_HTTP_PORT chooses another';
  if (hasCode(cause, 'EADDRINUSE'))
    return new OperatorError(`port ${port} on ${host} is taken by another program; ${elsewhere}`, { cause });
  if (hasCode(cause, 'EACCES'))
    return new OperatorError(`port ${port} may not be used by this user; ${elsewhere}`, { cause });
  if (hasCode(cause, 'EADDRNOTAVAIL', 'ENOTFOUND'))
    return new OperatorError(`${host} (GAVEL_HTTP_HOST) is no address of this machine`, { cause });
  return cause;
}
