// Asking for the latest, however often it changes: one question at a time, and one more for all that changed meanwhile.

/** Calls of the returned function while `work` is under way make it run once more behind it. `work` never rejects. */
export function coalesced(work: () => Promise<void>): () => void {
  let isUnderWay = false;
  let isWanted = false;
  const run = async (): Promise<void> => {
    isUnderWay = true;
    while (isWanted) {
      isWanted = false;
      await work();
    }
    isUnderWay = false;
  };
  return () => {
    isWanted = true;
    if (!isUnderWay) void run();
  };
}
