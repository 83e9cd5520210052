// What a filter by category takes in: by the house's tree, the category in any of its names and all that is below it.
import type { HouseTerms } from '../../domain/auction/house-defaults.js';
import { type Category, treeOf } from '../../domain/category/category-tree.js';
import type { AuctionFilter } from '../../projections/silver/silver.queries.js';

/** The category of the tree that a search names; null for none. */
export const namedIn = (
  category: string | undefined,
  { categories }: Pick<HouseTerms, 'categories'>,
): Category | null => (category === undefined ? null : treeOf(categories).find(category));

/** The filter, with the names that its category takes in by the tree. */
export const withinTree = (filter: AuctionFilter, { categories }: Pick<HouseTerms, 'categories'>): AuctionFilter =>
  filter.category === null ? filter : { ...filter, within: treeOf(categories).formsAsked(filter.category) };
