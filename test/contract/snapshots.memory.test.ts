import { describe } from '@jest/globals';
import { MemorySnapshots } from '../../src/journal/memory.snapshots.js';
import { snapshotsContract } from './snapshots.contract.js';

describe('snapshots in memory', () => snapshotsContract(async () => new MemorySnapshots()));
