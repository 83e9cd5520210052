// What Metabase is to show, as it lies under metabase/: a question is a file of SQL and a small YAML beside it, a dashboard a
// YAML with its layout, and filters.yaml says what can be filtered by.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { OperatorError } from '../runtime/operator-error.js';
import { requiredTagsIn, tagsIn } from './template.js';

const GRID_WIDTH = 24;

const filterFile = z.record(
  z.string(),
  z.strictObject({
    name: z.string().min(1),
    type: z.enum(['date', 'text']),
    /** The question, and its column, that a text is chosen from; any text may be typed in without one. */
    choices: z.strictObject({ question: z.string(), column: z.string() }).optional(),
  }),
);

const questionFile = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  display: z.enum(['table', 'scalar', 'line', 'bar', 'pie']),
  /** Columns of a chart: the first of x is the axis, another one makes a series of each of its values. */
  axes: z.strictObject({ x: z.array(z.string()).min(1), y: z.array(z.string()).min(1) }).optional(),
  /** Columns of amounts in whole units of the row's currency. */
  money: z.array(z.string()).default([]),
  percent: z.array(z.string()).default([]),
  /** The question that a click leads to, and which of its filters takes which column of the clicked row. */
  drill: z.strictObject({ to: z.string(), pass: z.record(z.string(), z.string()) }).optional(),
});

const place = z.tuple([z.int().min(0), z.int().min(0), z.int().min(1), z.int().min(1)]);
const dashboardFile = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  filters: z.array(z.string()),
  /** Metabase refreshes a dashboard by its address only: the dashboard gets a link that does. */
  refreshSeconds: z.int().min(1).optional(),
  cards: z.array(z.strictObject({ question: z.string(), at: place })).min(1),
});

export type Filter = z.infer<typeof filterFile>[string] & Readonly<{ slug: string }>;
export type Question = z.infer<typeof questionFile> &
  Readonly<{ slug: string; sql: string; filters: readonly string[] }>;
export type Dashboard = z.infer<typeof dashboardFile> & Readonly<{ slug: string }>;
export type Definitions = Readonly<{
  filters: ReadonlyMap<string, Filter>;
  questions: ReadonlyMap<string, Question>;
  dashboards: readonly Dashboard[];
}>;

/** Reads a folder as metabase/. Throws one `OperatorError` that names the file and what is wrong with it. */
export function loadDefinitions(directory: string): Definitions {
  const filters = readYaml(directory, 'filters.yaml', filterFile);
  const questions = slugsIn(join(directory, 'questions')).map((slug) => readQuestion(directory, slug));
  const dashboards = slugsIn(join(directory, 'dashboards')).map((slug) => ({
    ...readYaml(directory, `dashboards/${slug}.yaml`, dashboardFile),
    slug,
  }));
  const definitions = {
    filters: new Map(Object.entries(filters).map(([slug, filter]) => [slug, { ...filter, slug }])),
    questions: new Map(questions.map((question) => [question.slug, question])),
    dashboards,
  };
  const [problem] = problemsIn(definitions);
  if (problem !== undefined) throw new OperatorError(`metabase/${problem}`);
  return definitions;
}

const slugsIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace(/\.yaml$/, ''))
    .sort();

function readQuestion(directory: string, slug: string): Question {
  const about = readYaml(directory, `questions/${slug}.yaml`, questionFile);
  const sql = readText(directory, `questions/${slug}.sql`).trim();
  return { ...about, slug, sql, filters: tagsIn(sql) };
}

function readYaml<Shape>(directory: string, file: string, shape: z.ZodType<Shape>): Shape {
  const read = shape.safeParse(parse(readText(directory, file)));
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0] ?? { path: [], message: 'not what it should be' };
  throw new OperatorError(`metabase/${file}: ${[...path, message].join(': ')}`);
}

function readText(directory: string, file: string): string {
  try {
    return readFileSync(join(directory, file), 'utf8');
  } catch (cause) {
    throw new OperatorError(`metabase/${file} cannot be read`, { cause });
  }
}

/** What does not fit together, each as `file: what`. */
function problemsIn({ filters, questions, dashboards }: Definitions): readonly string[] {
  const known = (slug: string): boolean => questions.has(slug);
  const names = [...questions.values(), ...dashboards].map(({ name }) => name);
  return [
    ...names
      .filter((name, index) => names.indexOf(name) < index)
      .map((name) => `: "${name}" is the name of two things`),
    ...[...filters.values()]
      .filter(({ choices }) => choices !== undefined && !known(choices.question))
      .map(({ slug, choices }) => `filters.yaml: ${slug} is chosen from ${choices?.question}, which is no question`),
    ...[...questions.values()].flatMap((question) =>
      problemsOfQuestion(question, { filters, questions }).map((what) => `questions/${question.slug}: ${what}`),
    ),
    ...dashboards.flatMap((dashboard) =>
      problemsOfDashboard(dashboard, questions).map((what) => `dashboards/${dashboard.slug}.yaml: ${what}`),
    ),
  ];
}

function problemsOfQuestion(
  { sql, filters: tags, drill }: Question,
  { filters, questions }: Pick<Definitions, 'filters' | 'questions'>,
): readonly string[] {
  const target = drill === undefined ? undefined : questions.get(drill.to);
  return [
    ...tags.filter((tag) => !filters.has(tag)).map((tag) => `{{${tag}}} is not in filters.yaml`),
    ...requiredTagsIn(sql).map(
      (tag) => `{{${tag}}} stands outside of [[…]], so the question would not open without it`,
    ),
    ...(drill !== undefined && target === undefined ? [`a click leads to ${drill.to}, which is no question`] : []),
    ...Object.keys(drill?.pass ?? {})
      .filter((tag) => target !== undefined && !target.filters.includes(tag))
      .map((tag) => `a click hands on ${tag}, which ${drill?.to} does not take`),
  ];
}

function problemsOfDashboard(
  { filters, cards }: Dashboard,
  questions: ReadonlyMap<string, Question>,
): readonly string[] {
  const shown = cards.flatMap(({ question }) => questions.get(question) ?? []);
  return [
    ...cards.filter(({ question }) => !questions.has(question)).map(({ question }) => `${question} is no question`),
    ...cards
      .filter(({ at: [column, , width] }) => column + width > GRID_WIDTH)
      .map(({ question }) => `${question} reaches over the grid, which is ${GRID_WIDTH} wide`),
    ...filters
      .filter((slug) => !shown.some((question) => question.filters.includes(slug)))
      .map((slug) => `none of its questions takes the filter ${slug}`),
    ...overlapping(cards),
  ];
}

function overlapping(cards: Dashboard['cards']): readonly string[] {
  return cards.flatMap((one, index) =>
    cards
      .slice(index + 1)
      .filter((other) => overlap(one.at, other.at))
      .map((other) => `${one.question} and ${other.question} lie on one another`),
  );
}

const overlap = ([x, y, width, height]: Place, [otherX, otherY, otherWidth, otherHeight]: Place): boolean =>
  x < otherX + otherWidth && otherX < x + width && y < otherY + otherHeight && otherY < y + height;

type Place = readonly [column: number, row: number, width: number, height: number];
