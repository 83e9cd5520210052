// What a verification found. All of it is counted; the first so many are kept to be shown.

/** One thing that is not as it should be: in which check, about what, and in which way. Never a secret value. */
export type Finding = Readonly<{ check: string; subject: string; problem: string }>;

export class Findings {
  private readonly kept: Finding[] = [];
  private counted = 0;

  constructor(readonly keptMax: number) {}

  get total(): number {
    return this.counted;
  }

  get shown(): readonly Finding[] {
    return this.kept;
  }

  report(finding: Finding): void {
    this.counted += 1;
    if (this.kept.length < this.keptMax) this.kept.push(finding);
  }

  /** Findings that were counted elsewhere and of which these are the first. */
  reportSome(total: number, first: readonly Finding[]): void {
    this.counted += total;
    this.kept.push(...first.slice(0, Math.max(0, this.keptMax - this.kept.length)));
  }
}
