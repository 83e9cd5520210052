// What a person has said about mail, for that person.
import type { Pool } from 'pg';
import type { UserId } from '../../domain/ids.js';
import { readerOf } from './readers.js';

export type MailPreference = Readonly<{
  /** Whether the person wants news by e-mail. */
  wanted: boolean;
  /** Whether the address that is on record now was confirmed. Without that nothing is sent. */
  isAddressConfirmed: boolean;
}>;

export class MailQueries {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  /** As far as the follower of the journal has come. Somebody who has said nothing wants no mail. */
  async preferenceOf(userId: UserId): Promise<MailPreference> {
    const reader = await readerOf(this.pool, userId);
    if (reader === null) return { wanted: false, isAddressConfirmed: false };
    const { wanted, verifiedVersion, dataVersion } = reader;
    return { wanted, isAddressConfirmed: verifiedVersion === dataVersion };
  }
}
