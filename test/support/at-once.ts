/** Runs all of the tasks, so many at once. */
export async function atOnce(many: number, tasks: readonly (() => Promise<unknown>)[]): Promise<void> {
  const rest = tasks.values();
  const work = async () => {
    for (const task of rest) await task();
  };
  await Promise.all(Array.from({ length: many }, work));
}
