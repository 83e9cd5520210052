// Who somebody is, in lines, as it stands at the head of a document.
import type { QueryBus } from '@nestjs/cqrs';
import type { UserId } from '../../domain/ids.js';
import { decrypt, decryptPersonalText } from '../../personal-data/personal-data.js';
import type { ApiDeps } from '../api.deps.js';
import { Ask } from '../queries/queries.js';

type Deps = Pick<ApiDeps, 'documents' | 'keyStore'>;

/** Name, address and tax number as they are known now; after an erasure the number of the account alone. */
export async function personLines(deps: Deps, queries: QueryBus, userId: UserId): Promise<readonly string[]> {
  const row = await queries.execute(new Ask((silver) => silver.ownUser(userId)));
  const opened = row?.personalData == null ? null : await decrypt(deps.keyStore, userId, row.personalData);
  const number = await taxNumberOf(deps, userId);
  if (opened?.status !== 'open') return [`Account ${userId}`, ...number];
  const { name, address } = opened.data;
  return [name ?? `Account ${userId}`, ...(address ?? '').split('\n').filter((line) => line !== ''), ...number];
}

/** An accepted one: where the buyer owes the tax it has to be there (Directive 2006/112/EC, article 226 (4)). */
async function taxNumberOf({ documents, keyStore }: Deps, userId: UserId): Promise<readonly string[]> {
  const stated = await documents.taxPosition(userId);
  if (stated?.isAccepted !== true || stated.taxNumber === null) return [];
  const opened = await decryptPersonalText(keyStore, userId, 'tax number', stated.taxNumber);
  return opened.status === 'open' ? [`Tax number ${opened.data}`] : [];
}
