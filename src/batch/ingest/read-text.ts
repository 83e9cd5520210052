// A file's bytes as text, piece by piece: a byte order mark decides, else the profile's encoding. What is not text in that
// encoding is refused, never replaced.

import { createHash } from 'node:crypto';
import { TextDecoder } from 'node:util';

/** What has been read so far. `sha256` is asked once, after the last piece. */
export type ReadBytes = { bytes: number; sha256(): string };

export class NotText extends Error {
  readonly code = 'NotText';
  constructor(readonly encoding: string) {
    super(`is not text in ${encoding.toUpperCase()}; the profile's "encoding" says how it is written`);
  }
}

const MARKS = [
  { encoding: 'utf-8', mark: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', mark: [0xff, 0xfe] },
  { encoding: 'utf-16be', mark: [0xfe, 0xff] },
] as const;

/** The text without its mark, its lines ended by `\n`. Throws `NotText` on bytes that the encoding does not have. */
export function decodedText(
  source: AsyncIterable<Uint8Array>,
  encoding: string,
): Readonly<{ text: AsyncIterable<string>; read: ReadBytes }> {
  const hash = createHash('sha256');
  const read: ReadBytes = { bytes: 0, sha256: () => hash.digest('hex') };
  async function* pieces() {
    for await (const piece of source) {
      read.bytes += piece.length;
      hash.update(piece);
      yield piece;
    }
  }
  return { text: withPlainLines(decoded(pieces(), encoding)), read };
}

async function* decoded(source: AsyncIterable<Uint8Array>, otherwise: string): AsyncGenerator<string> {
  let head: Buffer | null = Buffer.alloc(0);
  let decoder: TextDecoder | null = null;
  let encoding = otherwise;
  for await (const piece of source) {
    let bytes: Uint8Array = piece;
    if (head !== null) {
      // A first piece may be shorter than a mark.
      head = Buffer.concat([head, piece]);
      if (head.length < 3) continue;
      bytes = head;
      head = null;
    }
    if (decoder === null) {
      encoding = encodingOf(bytes) ?? otherwise;
      decoder = new TextDecoder(encoding, { fatal: true });
    }
    yield decode(decoder, bytes, encoding);
  }
  if (head !== null && head.length > 0) {
    encoding = encodingOf(head) ?? otherwise;
    yield decode(new TextDecoder(encoding, { fatal: true }), head, encoding, true);
  }
  if (decoder !== null) yield decode(decoder, new Uint8Array(), encoding, true);
}

/** Lines end in a newline alone: those of Windows and of old Macs would count as two, or as none. */
async function* withPlainLines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const piece of text) {
    const whole = held + piece;
    // The other half of a pair may be in the next piece.
    held = whole.endsWith('\r') ? '\r' : '';
    yield whole.slice(0, whole.length - held.length).replaceAll(/\r\n?/g, '\n');
  }
  if (held !== '') yield '\n';
}

const encodingOf = (bytes: Uint8Array): string | undefined =>
  MARKS.find(({ mark }) => mark.every((byte, i) => bytes[i] === byte))?.encoding;

function decode(decoder: TextDecoder, bytes: Uint8Array, encoding: string, isLast = false): string {
  try {
    return decoder.decode(bytes, { stream: !isLast });
  } catch {
    throw new NotText(encoding);
  }
}
