import { DirectoryStore } from '../../src/lake/directory.store.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { scratchDirectory } from '../support/scratch.js';
import { objectStoreContract } from './object-store.contract.js';

objectStoreContract('a directory', async () => {
  const scratch = scratchDirectory('lake');
  const open = () => new DirectoryStore(scratch.path, new SystemRuntime());
  return { open, close: async () => scratch.remove() };
});
