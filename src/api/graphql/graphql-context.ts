// What every resolver knows of the request it serves.
import type { Caller } from '../auth/access.js';
import type { Asked } from '../commands/commands.js';
import { ApiError } from '../http/api-error.js';

export type GraphQLCallContext = { caller: Caller | null; correlationId: string | null; requestId: string };

/** Who asks, for fields that are not public (graphql/access.ts). */
export function askedBy({ caller, correlationId }: GraphQLCallContext): Asked {
  if (caller === null) throw new ApiError(401, 'TokenMissing', 'this needs a token');
  return { caller, correlationId };
}
