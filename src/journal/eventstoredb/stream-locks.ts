// Turns: whoever touches the same streams goes one after another, everybody else at once.
import type { StreamId } from '../../domain/messages.js';

export class StreamLocks {
  private readonly last = new Map<StreamId, Promise<unknown>>();

  /** Runs `work` once everything that was here before and names one of these streams has ended. */
  run<T>(streams: ReadonlySet<StreamId>, work: () => Promise<T>): Promise<T> {
    const before: Promise<unknown>[] = [];
    for (const stream of streams) {
      const other = this.last.get(stream);
      if (other !== undefined) before.push(other);
    }
    const mine = Promise.allSettled(before).then(work);
    const ended = mine.then(ignore, ignore);
    // Taken in one go: two that wait for each other cannot be.
    for (const stream of streams) this.last.set(stream, ended);
    void ended.then(() => {
      for (const stream of streams) if (this.last.get(stream) === ended) this.last.delete(stream);
    });
    return mine;
  }
}

const ignore = (): undefined => undefined;
