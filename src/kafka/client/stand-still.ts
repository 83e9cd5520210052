// Progress is measured against the end of the log, not by heartbeats: every Kafka client has been seen to stand still while its
// heartbeats looked well. A reader that was quiet for hours and has just been sent something does not stand still.

type Behind = Readonly<{ offset: bigint; sinceMs: number }>;

/** Tells from several looks at a reader's partitions whether it stands still although there is something to read. */
export class StandStill {
  private readonly behind = new Map<string, Behind>();

  constructor(private readonly stallMs: number) {}

  /**
   * Notes a look at one partition: the next offset to read, and the end of its log. True once there has been something to read
   * at every look for `stallMs`, and the offset has not moved.
   */
  look(partition: string, { offset, end }: Readonly<{ offset: bigint; end: bigint }>, nowMs: number): boolean {
    const known = this.behind.get(partition);
    if (end <= offset) this.behind.delete(partition);
    else if (known === undefined || known.offset !== offset) this.behind.set(partition, { offset, sinceMs: nowMs });
    else return nowMs - known.sinceMs >= this.stallMs;
    return false;
  }

  /** Forgets what was seen of a partition. */
  forget(partition: string): void {
    this.behind.delete(partition);
  }

  clear(): void {
    this.behind.clear();
  }
}
