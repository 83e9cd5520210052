// Asking for the latest, however often it changes: one question at a time, and one more for all that changed meanwhile.

/**
 * Calls of the returned function while `work` is under way make it run once more behind it. Resolves when nothing is wanted any
 * more. `work` never rejects.
 */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | null = null;
  let isWanted = false;
  const run = async (): Promise<void> => {
    while (isWanted) {
      isWanted = false;
      await work();
    }
    underWay = null;
  };
  return () => {
    isWanted = true;
    underWay ??= run();
    return underWay;
  };
}
