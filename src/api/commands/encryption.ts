// Personal data on its way in: encrypted before it goes anywhere, and refused for whoever was erased.
import type { BankAccount } from '../../domain/auction/house-defaults.js';
import type { UserId } from '../../domain/ids.js';
import type {
  EncryptedBankAccount,
  EncryptedPersonalData,
  EncryptedTaxNumber,
  EncryptedUsername,
} from '../../domain/user/user.events.js';
import type { KeyStore } from '../../personal-data/key-store.js';
import { encrypt, encryptPersonalText, encryptUsername, type PersonalData } from '../../personal-data/personal-data.js';
import { hasCode } from '../../runtime/system-error.js';
import { ApiError } from '../http/api-error.js';

/** A username, encrypted. Refuses whoever was erased, for whom there is no key any more. */
export const encryptedUsername = (keys: KeyStore, userId: UserId, username: string): Promise<EncryptedUsername> =>
  unlessErased(encryptUsername(keys, userId, username));

/** Name, e-mail and address, encrypted. Refuses whoever was erased, for whom there is no key any more. */
export const encryptedData = (keys: KeyStore, userId: UserId, data: PersonalData): Promise<EncryptedPersonalData> =>
  unlessErased(encrypt(keys, userId, data));

/** A tax number, encrypted. Refuses whoever was erased, for whom there is no key any more. */
export const encryptedTaxNumber = (keys: KeyStore, userId: UserId, number: string): Promise<EncryptedTaxNumber> =>
  unlessErased(encryptPersonalText(keys, userId, 'tax number', number));

/** An account at a bank, encrypted. Refuses whoever was erased, for whom there is no key any more. */
export const encryptedBankAccount = (
  keys: KeyStore,
  userId: UserId,
  account: BankAccount,
): Promise<EncryptedBankAccount> =>
  unlessErased(encryptPersonalText(keys, userId, 'bank account', JSON.stringify(account)));

/** Whether nothing was given that would have to be encrypted. */
export const isEmpty = ({ name, email, address }: PersonalData): boolean =>
  name === null && email === null && address === null;

async function unlessErased(encrypting: Promise<string>): Promise<string> {
  try {
    return await encrypting;
  } catch (error) {
    if (hasCode(error, 'KeyErased')) throw new ApiError(409, 'UserErased', 'this account was erased');
    throw error;
  }
}
