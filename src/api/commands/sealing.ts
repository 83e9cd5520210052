// Personal data on its way in: sealed before it goes anywhere, and refused for whoever was erased.
import type { UserId } from '../../domain/ids.js';
import type { SealedPersonalData, SealedUsername } from '../../domain/user/user.events.js';
import type { KeyStore } from '../../personal-data/key-store.js';
import { type PersonalData, seal, sealUsername } from '../../personal-data/personal-data.js';
import { hasCode } from '../../runtime/system-error.js';
import { ApiError } from '../http/api-error.js';

/** A username, sealed. Refuses whoever was erased, for whom there is no key any more. */
export const sealedUsername = (keys: KeyStore, userId: UserId, username: string): Promise<SealedUsername> =>
  unlessErased(sealUsername(keys, userId, username));

/** Name, e-mail and address, sealed. Refuses whoever was erased, for whom there is no key any more. */
export const sealedData = (keys: KeyStore, userId: UserId, data: PersonalData): Promise<SealedPersonalData> =>
  unlessErased(seal(keys, userId, data));

/** Whether nothing was given that would have to be sealed. */
export const isEmpty = ({ name, email, address }: PersonalData): boolean =>
  name === null && email === null && address === null;

async function unlessErased(sealing: Promise<string>): Promise<string> {
  try {
    return await sealing;
  } catch (error) {
    if (hasCode(error, 'KeyErased')) throw new ApiError(409, 'UserErased', 'this account was erased');
    throw error;
  }
}
