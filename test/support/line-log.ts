import type { Log } from '../../src/runtime/log.js';

type Line = Readonly<{ level: keyof Log; fields: Readonly<Record<string, unknown>>; message: string }>;

/** A log that keeps its lines. */
export class LineLog implements Log {
  readonly lines: Line[] = [];
  debug = this.keep('debug');
  info = this.keep('info');
  warn = this.keep('warn');
  error = this.keep('error');

  private keep(level: keyof Log) {
    return (fields: Readonly<Record<string, unknown>>, message: string) => {
      this.lines.push({ level, fields, message });
    };
  }
}
