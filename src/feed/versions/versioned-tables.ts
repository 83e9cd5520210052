// Tables of which a second version can be built beside the one in use, by the same SQL files (docs/adr/0029).
import type { Projection } from '../projection.js';

export type VersionedTables = Readonly<{
  /** The folder under sql/ whose files make the tables. */
  area: 'silver' | 'closings';
  /** Who writes the version in use, and who writes the one beside it. */
  inUse: Projection;
  next: Projection;
  /** The schemas of the version beside the one in use. */
  nextSchemas: readonly string[];
  /** The files name the schemas in use. Those step aside before the files run, and step back afterwards. */
  stepAside: string;
  callNextAndStepBack: string;
  dropNext: string;
  analyzeNext: string;
  /** Yields `DifferingRow`s. `$1`: first keys of rows to leave out; `$2`: how many rows to tell of each table. */
  differingRows: string;
}>;

/** A row that differs between the version in use and the one beside it; null on the side that lacks the row. */
export type DifferingRow = Readonly<{
  table: string;
  key: string;
  inUse: Readonly<Record<string, unknown>> | null;
  next: Readonly<Record<string, unknown>> | null;
  /** How many rows of the table differ in all. */
  differences: string;
}>;
