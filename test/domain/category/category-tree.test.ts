import { describe, expect, it } from '@jest/globals';
import { type Category, CategoryTree, categoriesProblem } from '../../../src/domain/category/category-tree.js';

const row = (slug: string, parent: string | null = null, changed: Partial<Category> = {}): Category => ({
  slug,
  name: `The ${slug}`,
  parent,
  synonyms: [],
  ...changed,
});
const problem = (...rows: Category[]) => categoriesProblem(rows);

describe('a tree of categories', () => {
  it('has slugs of small letters, digits and single hyphens, each once', () => {
    const wrong = {
      field: 'categories[0].slug',
      problem: 'must be 1 to 60 small letters, digits and single hyphens',
    };
    expect(problem(row('a'), row('a-b2'), row('x'.repeat(60)))).toBeNull();
    for (const slug of ['', 'A', 'ä', 'a--b', '-a', 'a b', 'x'.repeat(61)]) expect(problem(row(slug))).toEqual(wrong);
    expect(problem(row('a'), row('a', null, { name: 'Other' }))).toMatchObject({
      field: 'categories[1].slug',
      problem: 'must be one that no other category has',
    });
  });

  it('has parents further up, and five levels', () => {
    const chain = (levels: number) =>
      Array.from({ length: levels }, (_, i) => row(`c${i}`, i === 0 ? null : `c${i - 1}`));
    expect(problem(...chain(5))).toBeNull();
    expect(problem(...chain(6))).toEqual({ field: 'categories[5].parent', problem: 'must be at most 4 levels deep' });
    const unknown = 'must be the slug of a category further up';
    expect(problem(row('a', 'b'), row('b'))).toEqual({ field: 'categories[0].parent', problem: unknown });
    expect(problem(row('a', 'a'))).toEqual({ field: 'categories[0].parent', problem: unknown });
  });

  it('leads from a name to one category, however it is spelt', () => {
    expect(problem(row('a', null, { synonyms: ['Möbel'] }), row('b', null, { synonyms: ['MOBEL'] }))).toEqual({
      field: 'categories[1].name',
      problem: 'and its synonyms must differ from those of a: "mobel"',
    });
    // A category may be called by its own slug.
    expect(problem(row('a', null, { name: 'A', synonyms: ['a'] }))).toBeNull();
  });

  it('has 1,000 rows, of 50 synonyms, in names as listings have them', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => row(`c${i}`));
    expect(problem(...many(1_000))).toBeNull();
    expect(problem(...many(1_001))).toEqual({ field: 'categories', problem: 'must be at most 1000' });
    const synonyms = (count: number) => ({ synonyms: Array.from({ length: count }, (_, i) => `s${i}`) });
    expect(problem(row('a', null, synonyms(50)))).toBeNull();
    expect(problem(row('a', null, synonyms(51)))).toMatchObject({ field: 'categories[0].synonyms' });
    expect(problem(row('a', null, { name: 'x'.repeat(100) }))).toBeNull();
    expect(problem(row('a', null, { name: 'x'.repeat(101) }))).toMatchObject({ field: 'categories[0].name' });
    expect(problem(row('a', null, { synonyms: ['ok', ''] }))).toMatchObject({ field: 'categories[0].synonyms[1]' });
  });

  const tree = new CategoryTree([
    row('furniture', null, { name: 'Furniture', synonyms: ['Möbel'] }),
    row('dining-chairs', 'furniture', { name: 'Chairs', synonyms: ['Stühle'] }),
    row('art', null, { name: 'Art' }),
  ]);

  it('is found by slug, name and synonym, in any case, with accents and without', () => {
    for (const text of ['furniture', 'FURNITURE', 'Möbel', 'mobel', ' MÖBEL '])
      expect([text, tree.find(text)?.slug]).toEqual([text, 'furniture']);
    for (const text of ['dining-chairs', 'Dining chairs', 'Stuhle'])
      expect([text, tree.find(text)?.slug]).toEqual([text, 'dining-chairs']);
    expect(tree.find('Armchairs')).toBeNull();
  });

  it('takes in what is below, and of a text it does not know that alone', () => {
    expect(tree.formsAsked('Mobel')).toEqual(
      expect.arrayContaining(['mobel', 'möbel', 'furniture', 'stühle', 'chairs']),
    );
    expect(tree.formsAsked('Chairs')).not.toContain('furniture');
    expect(tree.formsAsked('Armchairs')).toEqual(['armchairs']);
    expect(tree.upFrom(tree.find('chairs') as Category).map(({ slug }) => slug)).toEqual([
      'dining-chairs',
      'furniture',
    ]);
  });
});
