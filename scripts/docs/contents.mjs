// What is on the site: the order of its pages. A page of docs/ that stands in no group fails the build.
export const GROUPS = [
  { title: 'Start', pages: ['README.md', 'docs/tutorial.md', 'docs/glossary.md', 'docs/architecture.md'] },
  {
    title: 'Use',
    pages: [
      'docs/web.md',
      'docs/sales.md',
      'docs/hall.md',
      'docs/photos.md',
      'docs/sign-in.md',
      'docs/schemas/README.md',
      'docs/permissions.md',
    ],
  },
  {
    title: 'Run',
    pages: [
      'docs/house.md',
      'docs/settings.md',
      'docs/roles.md',
      'docs/compose.md',
      'docs/kafka-acls.md',
      'terraform/README.md',
    ],
  },
  {
    title: 'Watch',
    pages: ['docs/runbook.md', 'docs/alerts.md', 'docs/metrics.md', 'docs/schedule.md', 'docs/backup.md'],
  },
  {
    title: 'Data',
    pages: ['docs/data.md', 'docs/lake.md', 'docs/gold.md', 'docs/ingest.md', 'docs/metabase.md', 'docs/generator.md'],
  },
  { title: 'Trust', pages: ['docs/fraud.md', 'docs/threats.md', 'SECURITY.md'] },
  { title: 'Figures', pages: ['docs/benchmarks.md', 'docs/scale.md'] },
  { title: 'Work on it', pages: ['CONTRIBUTING.md', 'CHANGELOG.md'] },
];

/** Pages that are reached by links and by the list of decisions. */
export const isListedElsewhere = (path) => path.startsWith('docs/adr/') || !path.startsWith('docs/');
