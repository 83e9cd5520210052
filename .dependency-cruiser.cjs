// The layout of src/ as rules: which folder may import which. Arrows point to `domain`. A folder that is not in the table
// may not exist; whoever needs a new arrow adds it here, where a reviewer sees it (docs/adr/0014).

/** Ports are the files others may know of a folder; adapters beside them are known to the mains only. */
const journalPort = 'journal/journal\\.ts$';
/** What the journal's adapters share: the files right in its folder. */
const journalCore = 'journal/[^/]+$';
const busPort = 'bus/command-bus\\.ts$';
const ingressPort = 'bus/ingress\\.ts$';

/** What a consumer may take from the domain as values: facts and their vocabulary, never the rules (decide, evolve). */
const facts = [
  '^src/domain/(ids|money|time|messages|actor|text)\\.ts$',
  '^src/domain/.*\\.(events|commands|rejections)\\.ts$',
  '^src/domain/auction/(terms|house-defaults)\\.ts$',
  // What a sale costs at a price is asked for before anybody has bought.
  '^src/domain/fees/',
  // An account is checked before it is encrypted.
  '^src/domain/payout/iban\\.ts$',
  '^src/domain/fraud/fraud-model\\.ts$',
  // Searches are looked up in it, in Silver and in live lists.
  '^src/domain/category/category-tree\\.ts$',
];

/**
 * local: what a folder may import from src/ beside itself (regular expressions below src/);
 * domain: all of it, its facts (rules as types at most), or nothing; npm: packages; node: whether node:* is allowed.
 */
const folders = {
  domain: { domain: 'all', local: [], npm: [], node: false },
  runtime: { domain: 'facts', local: [], npm: [], node: true },
  postgres: { domain: 'nothing', local: ['runtime/'], npm: ['pg'], node: true },
  // The port, the stored form of events, and the journal in memory. Each store's adapter is a folder of its own.
  journal: { domain: 'facts', local: ['runtime/', 'postgres/'], npm: ['zod'], node: true },
  'journal/postgres': {
    domain: 'facts',
    local: ['runtime/', 'postgres/', journalCore],
    npm: ['pg', 'pg-copy-streams'],
    node: true,
  },
  'journal/eventstoredb': {
    domain: 'facts',
    local: ['runtime/', journalCore, 'feed/projection\\.ts$'],
    npm: ['@eventstore/db-client', 'pg', 'zod'],
    node: true,
  },
  bus: { domain: 'facts', local: ['runtime/'], npm: [], node: true },
  // client/ speaks to brokers; commands/ is the bus over them; facts/ publishes and reads public facts.
  kafka: {
    domain: 'facts',
    local: ['runtime/', busPort, ingressPort, 'bus/partitioner.ts$', 'feed/'],
    npm: ['kafkajs', 'pg', 'zod'],
    node: true,
  },
  engine: { domain: 'all', local: ['runtime/', journalPort, busPort], npm: ['lru-cache'], node: true },
  // What acts when a time comes. It reads due tables through ports of its own.
  scheduler: {
    domain: 'facts',
    local: [
      'runtime/',
      journalPort,
      busPort,
      'feed/(session|advisory-lock)\\.ts$',
      'projections/(pg-types|silver/cursor)\\.ts$',
    ],
    npm: ['pg', 'pg-boss'],
    node: true,
  },
  feed: { domain: 'facts', local: ['runtime/', journalPort], npm: ['pg', 'zod'], node: true },
  live: {
    domain: 'facts',
    local: ['runtime/', 'feed/', journalPort, 'projections/.*\\.queries\\.ts$'],
    npm: ['lru-cache'],
    node: true,
  },
  projections: {
    domain: 'facts',
    local: [
      'projections/(?!fraud/)',
      'runtime/',
      'postgres/',
      'feed/',
      'lake/',
      journalPort,
      'journal/journal-export\\.ts$',
    ],
    npm: ['pg', 'lru-cache', 'zod', '@duckdb/node-api'],
    node: true,
  },
  // Scores are made by the domain's own rules.
  'projections/fraud': {
    domain: 'all',
    local: ['runtime/', 'postgres/', 'feed/', journalPort],
    npm: ['pg'],
    node: true,
  },
  // Alerts and mail: what is wrong or has happened goes through an outbox to channels.
  notify: {
    domain: 'facts',
    local: [
      'runtime/',
      'feed/',
      'personal-data/',
      journalPort,
      'scheduler/runs/periods\\.ts$',
      'projections/(pg-types|silver/cursor)\\.ts$',
    ],
    npm: ['pg', 'zod', 'nodemailer', '@aws-sdk/client-sns'],
    node: true,
  },
  // Photos that people send, made into pictures of ours.
  photos: { domain: 'facts', local: ['runtime/', 'lake/object-store\\.ts$'], npm: ['sharp', 'zod'], node: true },
  // Who may sign in with the house itself, on a library's passwords and sessions.
  'sign-in': {
    domain: 'facts',
    local: ['runtime/'],
    npm: ['better-auth', '@better-auth', 'openid-client', 'pg', 'zod'],
    node: true,
  },
  // What people keep for themselves: watched lots, saved searches.
  'own-lists': { domain: 'facts', local: [], npm: ['pg'], node: false },
  lake: {
    domain: 'nothing',
    local: ['runtime/'],
    npm: ['@aws-sdk/client-s3', '@aws-sdk/lib-storage', '@duckdb/node-api'],
    node: true,
  },
  batch: {
    domain: 'facts',
    local: [
      'batch/(?!gold/)',
      journalPort,
      'runtime/',
      'lake/',
      busPort,
      'feed/(session|advisory-lock)\\.ts$',
      'projections/bronze/(bronze\\.(queries|sql)|manifest|originals|parts)\\.ts$',
      'projections/silver/cursor\\.ts$',
    ],
    npm: ['@duckdb/node-api', 'csv-parse', 'csv-stringify', 'pg', 'pg-copy-streams', 'tar', 'zod'],
    node: true,
  },
  // The archive's bids are scored by the domain's own rules.
  'batch/gold': {
    domain: 'all',
    local: [
      journalPort,
      'journal/stored-events\\.ts$',
      'runtime/',
      'lake/',
      'feed/(session|advisory-lock)\\.ts$',
      'projections/bronze/(bronze\\.(queries|sql)|manifest)\\.ts$',
      'projections/silver/cursor\\.ts$',
    ],
    npm: ['@duckdb/node-api', 'pg', 'pg-copy-streams', 'zod'],
    node: true,
  },
  api: {
    domain: 'facts',
    local: [
      'runtime/',
      'observability/',
      'personal-data/',
      busPort,
      ingressPort,
      'projections/.*\\.queries\\.ts$',
      'live/.*\\.queries\\.ts$',
      'batch/.*\\.queries\\.ts$',
      'scheduler/runs/runs\\.queries\\.ts$',
      'payments/payment-service\\.ts$',
      'notify/.*\\.queries\\.ts$',
      'notify/alerts/alert-kinds\\.ts$',
      'own-lists/own-lists\\.ts$',
    ],
    npm: [
      '@nestjs/[^/]+',
      '@fastify/[^/]+',
      'dejavu-fonts-ttf',
      'fastify',
      'ipaddr.js',
      'jose',
      'lru-cache',
      'zod',
      'rxjs',
      'reflect-metadata',
      'secure-json-parse',
      'mercurius',
      'pdfkit',
      '@graphql-yoga/render-graphiql',
      'graphql',
      'ws',
    ],
    node: true,
  },
  // Markets of the generator, judged by the rules, to fit and mark models of fraud with.
  'fraud-fit': { domain: 'all', local: ['generator/'], npm: [], node: false },
  generator: { domain: 'nothing', local: ['runtime/', 'kafka/client/'], npm: ['sharp', 'zod'], node: true },
  // Services that take payments: the port, and one adapter a service.
  payments: { domain: 'facts', local: ['runtime/'], npm: ['stripe'], node: true },
  'personal-data': { domain: 'facts', local: ['runtime/'], npm: ['lru-cache'], node: true },
  observability: {
    domain: 'facts',
    local: ['runtime/'],
    npm: ['pino', 'prom-client', '@opentelemetry/[^/]+'],
    node: true,
  },
  // Dashboards as files, brought to a Metabase.
  metabase: { domain: 'nothing', local: ['runtime/'], npm: ['yaml', 'zod'], node: true },
  migrations: { domain: 'nothing', local: ['runtime/'], npm: ['pg'], node: true },
  // What a person at a terminal sees and says: progress, signals, scratch directories.
  terminal: { domain: 'facts', local: ['runtime/'], npm: ['cli-progress'], node: true },
  // Operations with rules of their own.
  rebuild: {
    domain: 'facts',
    local: ['runtime/', 'journal/', 'feed/', 'lake/', 'migrations/', 'projections/'],
    npm: ['pg'],
    node: true,
  },
  verify: {
    domain: 'all',
    local: ['runtime/', 'postgres/', 'feed/', 'rebuild/', 'projections/', journalPort],
    npm: ['pg'],
    node: true,
  },
  erasure: { domain: 'all', local: ['runtime/', 'personal-data/', journalPort], npm: [], node: true },
  // Puts the parts together, so it sees all of them but the commands of the terminal.
  house: {
    domain: 'facts',
    local: [
      '(api|bus|embedded|engine|erasure|feed|generator|journal|kafka|lake|live|migrations|notify|observability)/',
      '(own-lists|payments|personal-data|photos|postgres|projections|rebuild|runtime|scheduler|sign-in|terminal|verify|batch)/',
      'config\\.ts$',
    ],
    npm: ['pg', 'fastify', 'zod'],
    node: true,
  },
  // Parses arguments and prints.
  cli: {
    domain: 'all',
    local: [
      '(house|batch|metabase|rebuild|verify|erasure|terminal|runtime|observability|personal-data|generator|fraud-fit)/',
      'bus/command-bus\\.ts$',
      'feed/',
      'kafka/client/',
      'embedded/',
      'projections/.*\\.projection\\.ts$',
      'journal/(journal|eventstoredb/commands\\.projection)\\.ts$',
      'config\\.ts$',
    ],
    npm: ['commander', 'graphql-ws', 'pg', 'zod'],
    node: true,
  },
  embedded: { domain: 'nothing', local: ['runtime/'], npm: ['pg', 'kafkajs', 'zod'], node: true },
};

/** Programs beside src/: each sees all of it, and these packages. Nothing imports them. */
const programs = {
  bench: ['commander', 'pg', 'pg-copy-streams', 'fastify', 'kafkajs', 'ws'],
  acceptance: ['commander', 'csv-parse', 'csv-stringify'],
};

const names = Object.keys(folders).join('|');
const anyNpm = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'npm-bundled'];

function rulesOf([folder, { domain, local, npm, node }]) {
  // A row of its own takes a folder out of the row of the folder around it.
  const inner = Object.keys(folders).filter((name) => name.startsWith(`${folder}/`));
  const from = { path: `^src/${folder}/`, pathNot: inner.map((name) => `^src/${name}/`) };
  const own = inner.length > 0 ? [`^src/${folder}/[^/]+$`] : [`^src/${folder}/`];
  if (domain !== 'nothing' && folder !== 'domain') own.push('^src/domain/');
  const rules = [
    { name: `${folder}-local`, from, to: { path: '^src/', pathNot: [...own, ...local.map((path) => `^src/${path}`)] } },
    {
      name: `${folder}-npm`,
      from,
      to: { dependencyTypes: anyNpm, pathNot: npm.map((name) => `node_modules/(@types/)?${name}/`) },
    },
  ];
  if (domain === 'facts') {
    const to = { path: '^src/domain/', pathNot: facts, dependencyTypesNot: ['type-only'] };
    rules.push({ name: `${folder}-domain-rules`, from, to });
  }
  if (!node) rules.push({ name: `${folder}-node`, from, to: { dependencyTypes: ['core'] } });
  return rules.map((rule) => ({ severity: 'error', ...rule }));
}

function rulesOfProgram([program, npm]) {
  const from = { path: `^${program}/` };
  const others = `^(test|scripts|${Object.keys(programs).join('|')})/`;
  const rules = [
    { name: `${program}-local`, from, to: { path: others, pathNot: from.path } },
    {
      name: `${program}-npm`,
      from,
      to: { dependencyTypes: anyNpm, pathNot: npm.map((name) => `node_modules/(@types/)?${name}/`) },
    },
  ];
  return rules.map((rule) => ({ severity: 'error', ...rule }));
}

module.exports = {
  forbidden: [
    ...Object.entries(folders).flatMap(rulesOf),
    ...Object.entries(programs).flatMap(rulesOfProgram),
    {
      name: 'folder-without-rules',
      comment: 'Every file of src/ but the main and the settings lies in a folder of the table.',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: [`^src/(${names})/`, '^src/(main|config|fixed-settings|plain-hops)\\.ts$'] },
    },
    {
      name: 'mains-are-not-imported',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(cli|house)/', '^src/main\\.ts$'] },
      to: { path: ['^src/(cli|house)/', '^src/main\\.ts$', '^src/config\\.ts$'] },
    },
    {
      name: 'src-never-test',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts|bench|acceptance|web)/' },
    },
    {
      name: 'web-local',
      comment: 'Browsers load this: of the house it shares amounts, increments and sizes of photos, which are pure.',
      severity: 'error',
      from: { path: '^web/' },
      to: {
        path: '^(src|test|scripts|bench|acceptance)/',
        pathNot: '^src/(domain/(money|auction/(house-defaults|increments|terms))|photos/sizes)\\.ts$',
      },
    },
    {
      name: 'web-npm',
      severity: 'error',
      from: { path: '^web/' },
      to: {
        dependencyTypes: anyNpm,
        pathNot: 'node_modules/(preact|@preact/signals|graphql-ws|gql\\.tada|uplot|@0no-co/graphql\\.web)/',
      },
    },
    { name: 'web-node', severity: 'error', from: { path: '^web/' }, to: { dependencyTypes: ['core'] } },
    {
      name: 'eventstoredb-is-known-in-one-place',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/journal/eventstoredb/', '^src/house/journal\\.ts$'] },
      to: { path: '^src/journal/eventstoredb/' },
    },
    {
      name: 'fast-writer-is-one-file',
      comment: 'What is there for speed stands behind one interface (docs/adr/0058).',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['^src/journal/postgres/fast/', '^src/journal/postgres/postgres\\.journal\\.ts$'],
      },
      to: { path: '^src/journal/postgres/fast/' },
    },
    { name: 'no-circles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-packages',
      severity: 'error',
      from: { path: '^src/' },
      // GraphiQL is served in development, and found missing elsewhere.
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@graphql-yoga/render-graphiql/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What browsers load names addresses, not files.
    exclude: { path: '^src/api/pages/files/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: `${__dirname}/tsconfig.json` },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
