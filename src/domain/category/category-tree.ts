// The categories of a house: a tree, with other names that people write for them. Listings keep the free text of their sellers, and it is
// looked up here when somebody searches: so a changed tree is in force for old listings as for new ones (docs/adr/0120).
import type { Problem } from '../limits.js';
import { askedForm, searchForms, type TextLimits, textProblem } from '../text.js';

/** `slug` names it in addresses and stays when the name changes. `parent` is the slug of the one above it; null for the topmost. */
export type Category = Readonly<{
  slug: string;
  name: string;
  parent: string | null;
  synonyms: readonly string[];
}>;

const CATEGORIES_MAX = 1_000;
const SYNONYMS_MAX = 50;
const DEPTH_MAX = 5;
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const SLUG_LENGTH_MAX = 60;
/** As for the category of a listing. */
const NAME: TextLimits = { lengthMin: 1, lengthMax: 100, lines: 'one' };

/** What the first wrong row of a tree is, and what would be right; null for nothing. */
export function categoriesProblem(categories: readonly Category[]): Problem | null {
  if (categories.length > CATEGORIES_MAX) return { field: 'categories', problem: `must be at most ${CATEGORIES_MAX}` };
  const depths = new Map<string, number>();
  const owners = new Map<string, string>();
  for (const [row, category] of categories.entries()) {
    const found = rowProblem(category, depths) ?? takenProblem(category, owners);
    if (found !== null) return { field: `categories[${row}].${found.field}`, problem: found.problem };
    depths.set(category.slug, depthUnder(category, depths));
  }
  return null;
}

/** Parents come first, so no row can be below itself. */
function rowProblem({ slug, name, parent, synonyms }: Category, depths: ReadonlyMap<string, number>): Problem | null {
  if (!SLUG.test(slug) || slug.length > SLUG_LENGTH_MAX)
    return { field: 'slug', problem: `must be 1 to ${SLUG_LENGTH_MAX} small letters, digits and single hyphens` };
  if (depths.has(slug)) return { field: 'slug', problem: 'must be one that no other category has' };
  if (parent !== null && !depths.has(parent))
    return { field: 'parent', problem: 'must be the slug of a category further up' };
  if (synonyms.length > SYNONYMS_MAX) return { field: 'synonyms', problem: `must be at most ${SYNONYMS_MAX}` };
  const depth = parent === null ? 1 : (depths.get(parent) ?? 0) + 1;
  if (depth > DEPTH_MAX) return { field: 'parent', problem: `must be at most ${DEPTH_MAX - 1} levels deep` };
  const problem = textProblem(name, NAME);
  if (problem !== null) return { field: 'name', problem };
  for (const [place, synonym] of synonyms.entries()) {
    const wrong = textProblem(synonym, NAME);
    if (wrong !== null) return { field: `synonyms[${place}]`, problem: wrong };
  }
  return null;
}

const depthUnder = ({ parent }: Category, depths: ReadonlyMap<string, number>): number =>
  parent === null ? 1 : (depths.get(parent) ?? 0) + 1;

/** A name leads to one category, however it is spelt. */
function takenProblem(category: Category, owners: Map<string, string>): Problem | null {
  for (const form of formsOf(category)) {
    const owner = owners.get(form);
    if (owner !== undefined)
      return { field: 'name', problem: `and its synonyms must differ from those of ${owner}: ${JSON.stringify(form)}` };
  }
  for (const form of formsOf(category)) owners.set(form, category.slug);
  return null;
}

/** All forms under which a category is found: of its slug, its name and its synonyms, in any case, with accents and without. */
const formsOf = ({ slug, name, synonyms }: Category): ReadonlySet<string> =>
  new Set([slug, slug.replaceAll('-', ' '), name, ...synonyms].flatMap(searchForms));

export class CategoryTree {
  private readonly bySlug: ReadonlyMap<string, Category>;
  private readonly byForm: ReadonlyMap<string, Category>;
  private readonly children: ReadonlyMap<string, readonly Category[]>;

  /** Of rows without a `categoriesProblem`. */
  constructor(rows: readonly Category[]) {
    this.bySlug = new Map(rows.map((row) => [row.slug, row]));
    this.byForm = new Map(rows.flatMap((row) => [...formsOf(row)].map((form) => [form, row] as const)));
    this.children = Map.groupBy(
      rows.filter(({ parent }) => parent !== null),
      ({ parent }) => parent ?? '',
    );
  }

  /** The category that a text means, in any spelling that the house knows; null for none. */
  find(text: string): Category | null {
    return this.byForm.get(askedForm(text)) ?? null;
  }

  /** A category and those above it, the nearest first. */
  upFrom(category: Category): readonly Category[] {
    const above = category.parent === null ? undefined : this.bySlug.get(category.parent);
    return above === undefined ? [category] : [category, ...this.upFrom(above)];
  }

  /**
   * The names, folded, of listings that somebody means who asks for `text`: those of the category and of all below it. Of a text that
   * the tree does not know, its own alone.
   */
  formsAsked(text: string): readonly string[] {
    const found = this.find(text);
    return found === null ? [askedForm(text)] : [...new Set([askedForm(text), ...this.formsBelow(found)])];
  }

  private formsBelow(category: Category): readonly string[] {
    const below = this.children.get(category.slug) ?? [];
    return [...formsOf(category), ...below.flatMap((child) => this.formsBelow(child))];
  }
}

const trees = new WeakMap<readonly Category[], CategoryTree>();

/** The tree of these rows, made once. */
export function treeOf(rows: readonly Category[]): CategoryTree {
  const tree = trees.get(rows) ?? new CategoryTree(rows);
  trees.set(rows, tree);
  return tree;
}
