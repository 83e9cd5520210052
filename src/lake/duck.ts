// A DuckDB of its own for one piece of work: in memory, without extensions from elsewhere, gone afterwards.
import type { DuckDBConnection } from '@duckdb/node-api';

export type DuckSettings = Readonly<{
  threads: number;
  memoryLimit: string;
  /** Where it may put what does not fit into memory. */
  tempDirectory: string;
}>;

/** Opens one for the time of `work`. The library is loaded by the first who needs it. */
export async function withDuck<T>(settings: DuckSettings, work: (duck: DuckDBConnection) => Promise<T>): Promise<T> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(settings.threads),
    memory_limit: settings.memoryLimit,
    temp_directory: settings.tempDirectory,
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** The one row that a query gives. */
export async function oneRow(duck: DuckDBConnection, sql: string): Promise<Readonly<Record<string, unknown>>> {
  const [row] = (await duck.runAndReadAll(sql)).getRowObjects();
  if (row === undefined) throw new Error('a query that gives one row gave none');
  return row;
}
