// Four kinds of test, told apart by where they lie and how they are named (CONTRIBUTING.md says when to write which):
// unit `*.test.ts`, integration `*.it.test.ts` (a real PostgreSQL, sockets, processes), acceptance and kills by folder.
const common = {
  testEnvironment: '<rootDir>/test/support/jest/environment.mjs',
  runtime: '<rootDir>/test/support/jest/runtime.mjs',
  roots: ['<rootDir>/test'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  // Source imports name the compiled file (`./x.js`): for --findRelatedTests, which follows them to the TypeScript beside it.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};

// Tells the directories of this run from those of others (test/support/scratch.ts).
process.env.GAVEL_TEST_RUN = String(process.pid);

const ownCommand = ['<rootDir>/test/acceptance/', '<rootDir>/test/kills/', '<rootDir>/test/soak/'];
const server = {
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

/** @type {import('jest').Config} */
export default {
  // Workers wait for servers and clocks half of their time: three of them keep two processors busy.
  maxWorkers: 3,
  // Each file's modules stay in its worker's memory. Past this a worker is replaced, and the next one loads all modules anew: with
  // half a gigabyte that happened after nearly every file, and took half of the unit tests' time.
  workerIdleMemoryLimit: '2GB',
  // Jest takes this for all projects or not at all. What is slow here waits for conditions, each with a time-out of its own.
  testTimeout: 120_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: ['\\.it\\.test\\.ts$', ...ownCommand],
    },
    {
      ...common,
      ...server,
      displayName: 'integration',
      testMatch: ['**/*.it.test.ts'],
      testPathIgnorePatterns: ownCommand,
    },
    {
      ...common,
      ...server,
      displayName: 'acceptance',
      testMatch: ['<rootDir>/test/acceptance/**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'kills',
      testMatch: ['<rootDir>/test/kills/*.test.ts'],
    },
    {
      ...common,
      displayName: 'cluster-kills',
      testMatch: ['<rootDir>/test/kills/cluster/*.test.ts'],
    },
    {
      ...common,
      displayName: 'soak',
      testMatch: ['<rootDir>/test/soak/*.test.ts'],
    },
  ],
};
