// Where a house keeps the keys of its people and the list of whom it erased: beside the database, never in it.
import { join } from 'node:path';
import type { Config } from '../config.js';
import { DirectoryKeyStore } from '../personal-data/directory.key-store.js';
import { DirectoryErasureList } from '../personal-data/erasure-list.js';

type DataConfig = Pick<Config, 'dataDirectory'>;

/** The keys of this data directory. */
export const keyStoreOf = ({ dataDirectory }: DataConfig): DirectoryKeyStore =>
  new DirectoryKeyStore(join(dataDirectory, 'keys'));

/** The erasure list of this data directory. */
export const erasureListOf = ({ dataDirectory }: DataConfig): DirectoryErasureList =>
  new DirectoryErasureList(join(dataDirectory, 'erased'));
