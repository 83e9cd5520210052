import { MemoryKeyStore } from '../../src/personal-data/memory.key-store.js';
import { keyStoreContract } from '../contract/key-store.contract.js';

keyStoreContract('keys in memory', () => {
  const store = new MemoryKeyStore();
  return { open: () => store, close: () => undefined };
});
