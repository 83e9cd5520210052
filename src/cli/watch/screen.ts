// A few lines at the end of a terminal that are written over again and again.
import { clearScreenDown, moveCursor } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { printableLine } from '../../domain/text.js';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

export class Screen {
  private shown: readonly string[] = [];
  private readonly showCursor = (): void => {
    this.terminal.write(SHOW_CURSOR);
  };

  constructor(private readonly terminal: WriteStream) {
    terminal.write(HIDE_CURSOR);
    // Whatever ends the process, the terminal gets its cursor back.
    process.once('exit', this.showCursor);
  }

  /** Shows these lines in place of the ones before; none of them may be wider than the terminal. */
  show(told: readonly string[]): void {
    const lines = told.map(printableLine);
    if (lines.length === this.shown.length && lines.every((line, i) => line === this.shown[i])) return;
    moveCursor(this.terminal, 0, -this.shown.length);
    clearScreenDown(this.terminal);
    this.terminal.write(lines.map((line) => `${line}\n`).join(''));
    this.shown = lines;
  }

  /** Leaves the last lines where they are. */
  end(): void {
    process.removeListener('exit', this.showCursor);
    this.showCursor();
  }
}
