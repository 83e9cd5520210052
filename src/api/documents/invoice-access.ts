// Who may read a document: its buyer and staff. To everybody else it is not there.
import type { UserId } from '../../domain/ids.js';
import { type Caller, mayUse, STAFF } from '../auth/access.js';

export const mayRead = ({ buyerId }: Readonly<{ buyerId: UserId }>, caller: Caller): boolean =>
  caller.userId === buyerId || mayUse(STAFF, caller);
