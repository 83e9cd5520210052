// Where a house keeps the keys of its people and the list of whom it erased: beside the database, never in it.
import { join } from 'node:path';
import type { Config } from '../config.js';
import { DirectoryKeyStore } from '../personal-data/directory.key-store.js';
import { DirectoryErasureList } from '../personal-data/erasure-list.js';
import { MasterKeys } from '../personal-data/master-keys.js';
import { refuseUnknownMasters } from '../personal-data/rewrap.js';

type DataConfig = Pick<Config, 'dataDirectory'>;
/** What keys of persons take. */
export type KeysConfig = Pick<Config, 'dataDirectory' | 'masterKeys'>;

export const keysDirectoryOf = ({ dataDirectory }: DataConfig): string => join(dataDirectory, 'keys');

export const masterKeysOf = ({ masterKeys: { current, also } }: Pick<Config, 'masterKeys'>): MasterKeys =>
  new MasterKeys(current, also === null ? [] : [also]);

/** The keys of this data directory. */
export const keyStoreOf = (config: KeysConfig): DirectoryKeyStore =>
  new DirectoryKeyStore(keysDirectoryOf(config), masterKeysOf(config));

/** Refuses to go on without a master key that keys of persons here are wrapped under. */
export const refuseLostMaster = (config: KeysConfig): Promise<void> =>
  refuseUnknownMasters(keysDirectoryOf(config), masterKeysOf(config));

/** The erasure list of this data directory. */
export const erasureListOf = ({ dataDirectory }: DataConfig): DirectoryErasureList =>
  new DirectoryErasureList(join(dataDirectory, 'erased'));
