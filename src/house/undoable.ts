// Starting several parts one after the other, each with how it is stopped again.

export type Undo = () => Promise<void> | void;

/**
 * Runs `start`, which notes how to undo each step as it takes it. Resolves with what it made and a `stop` that undoes the
 * steps, the last one first, once. When a step fails, those before it are undone and its error is thrown.
 */
export async function startUndoable<Made extends object>(
  start: (undo: Undo[]) => Promise<Made>,
): Promise<Made & Readonly<{ stop(): Promise<void> }>> {
  const undo: Undo[] = [];
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= undoAll(undo);
    return stopping;
  };
  try {
    return { ...(await start(undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function undoAll(undo: readonly Undo[]): Promise<void> {
  for (const one of undo.toReversed()) await one();
}
