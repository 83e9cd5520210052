// COPY FROM STDIN whose rows leave together with the statement. The protocol allows it: the server reads them when it gets
// to the COPY, and ignores them if it never does, because something before it has failed (PostgreSQL documentation,
// Frontend/Backend Protocol, COPY Operations). To wait for its consent first, as clients do, is a wait in which this process
// turns to something else, and the server stands still until it is back.
import pg from 'pg';

const COPY_DATA = 'd'.charCodeAt(0);
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);
const LENGTH_BYTES = 4;

const ignored = (): void => undefined;

/** A query for `pg`'s client, also one in pipeline mode. Its methods are those that the client calls. */
export class CopyQuery extends pg.Query {
  private readonly tags: string[] = [];
  private resolve: (tags: readonly string[]) => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;
  /** The server's word for each statement, in order. Rejects with its first error, or when the connection dies. */
  readonly done: Promise<readonly string[]>;

  /** `statements` may be several; each COPY FROM STDIN among them reads the next of `contents`, which may be in pieces. */
  constructor(
    private readonly statements: string,
    private readonly contents: readonly (readonly Buffer[])[],
  ) {
    super(statements);
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  override readonly submit = (connection: pg.Connection): void => {
    const { stream } = connection;
    stream.cork();
    connection.query(this.statements);
    for (const content of this.contents) {
      for (const piece of content) {
        const header = Buffer.allocUnsafe(1 + LENGTH_BYTES);
        header.writeUInt8(COPY_DATA);
        header.writeUInt32BE(LENGTH_BYTES + piece.length, 1);
        stream.write(header);
        stream.write(piece);
      }
      stream.write(COPY_DONE);
    }
    stream.uncork();
  };

  handleCommandComplete({ text }: Readonly<{ text: string }>): void {
    this.tags.push(text);
  }

  handleReadyForQuery(): void {
    // The server passes over contents that no COPY asked for.
    const copies = this.tags.filter((tag) => tag.startsWith('COPY ')).length;
    if (copies === this.contents.length) this.resolve(this.tags);
    else this.reject(new Error(`${this.contents.length} contents were sent for ${copies} COPYs`));
  }

  handleError(error: Error): void {
    this.reject(error);
  }

  // The rows are on their way already; and what other statements return is nobody's concern.
  readonly handleCopyInResponse = ignored;
  readonly handleRowDescription = ignored;
  readonly handleDataRow = ignored;
}

/** Runs one `COPY … FROM STDIN` for each of these contents, in one query. Refuses nothing itself: PostgreSQL does. */
export async function copyRows(
  client: pg.ClientBase,
  copy: string,
  contents: readonly (readonly Buffer[])[],
): Promise<void> {
  await client.query(new CopyQuery(copiesOf(copy, contents.length), contents)).done;
}

/** The same COPY so many times, as a text of statements. */
export const copiesOf = (copy: string, count: number): string => Array(count).fill(copy).join(';\n');
