// Progress is measured against the end of the log, not by heartbeats: those look well while a reader stands still
// (FIELD-NOTES 3). One that was quiet for hours and has just been sent something does not stand still.

type Behind = Readonly<{ offset: bigint; sinceMs: number }>;

/** What several looks at the places of a reader tell: does it stand still although there is something to read? */
export class StandStill {
  private readonly behind = new Map<string, Behind>();

  constructor(private readonly stallMs: number) {}

  /**
   * Notes a look at one place: where it is read on (`offset`), and the end of its log. True once there has been something to read
   * at every look for `stallMs`, and the place has not moved.
   */
  look(place: string, { offset, end }: Readonly<{ offset: bigint; end: bigint }>, nowMs: number): boolean {
    const known = this.behind.get(place);
    if (end <= offset) this.behind.delete(place);
    else if (known === undefined || known.offset !== offset) this.behind.set(place, { offset, sinceMs: nowMs });
    else return nowMs - known.sinceMs >= this.stallMs;
    return false;
  }

  /** The place is not to be judged by what was seen of it. */
  forget(place: string): void {
    this.behind.delete(place);
  }

  clear(): void {
    this.behind.clear();
  }
}
