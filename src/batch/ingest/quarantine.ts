// Rows that could not be taken in, as a CSV file that can be corrected and taken in again with the same profile: the columns
// of the source behind three of ours, which no profile reads.
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { RowProblem } from './row.js';
import type { SourceRow } from './source-rows.js';

const OURS = ['quarantine_line', 'quarantine_column', 'quarantine_reason'];
const OWNER_ONLY = 0o600;

export class Quarantine {
  rows = 0;
  private stream: WriteStream | null = null;

  /** `path` is where the file will be, if there is a bad row. It takes the place of one from before when it is whole. */
  constructor(
    private readonly path: string,
    private readonly columns: readonly string[],
    private readonly delimiter: string,
  ) {}

  async add(row: SourceRow, { column, reason }: RowProblem): Promise<void> {
    this.rows += 1;
    this.stream ??= await this.begin();
    await this.write([String(row.line), column, reason, ...row.cells]);
  }

  /** Ends the file and gives it its name; null if no row was bad, and then there is no file of an earlier run either. */
  async finish(): Promise<string | null> {
    if (this.stream === null) {
      await rm(this.path, { force: true });
      return null;
    }
    const { stream } = this;
    stream.end();
    await once(stream, 'close');
    await rename(this.unfinished, this.path);
    return this.path;
  }

  /** Leaves nothing behind of a run that failed. */
  async discard(): Promise<void> {
    this.stream?.destroy();
    await rm(this.unfinished, { force: true });
  }

  private get unfinished(): string {
    return `${this.path}.part`;
  }

  private async begin(): Promise<WriteStream> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    this.stream = createWriteStream(this.unfinished, { mode: OWNER_ONLY });
    await once(this.stream, 'open');
    await this.write([...OURS, ...this.columns], '\ufeff');
    return this.stream;
  }

  private async write(cells: readonly string[], before = ''): Promise<void> {
    const line = before + stringify([[...cells]], { delimiter: this.delimiter });
    if (this.stream?.write(line) === false) await once(this.stream, 'drain');
  }
}
