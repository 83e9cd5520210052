// One line of progress on stderr: a spinner on a terminal, a plain line now and then elsewhere.
const terminal = process.stderr.isTTY === true && !process.env.CI;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Prints one line on stderr. */
export function say(line) {
  process.stderr.write(`gavel: ${line}\n`);
}

/**
 * Runs `work` while saying that it goes on; `detail`, if given, adds how far it has come.
 * The spinner leaves no trace but a last line with the time it took.
 */
export async function withProgress(what, work, detail = () => '') {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const status = () => [`${what}, ${seconds()} s`, detail()].filter(Boolean).join(', ');
  let frame = 0;
  const tick = () => {
    if (terminal) process.stderr.write(`\r\u001b[K${frames[frame++ % frames.length]} ${status()}`);
    else say(status());
  };
  const timer = setInterval(tick, terminal ? 100 : 10_000);
  try {
    const result = await work();
    clearInterval(timer);
    if (terminal) process.stderr.write('\r\u001b[K');
    if (seconds() >= 1) say(`${what}: done in ${seconds()} s`);
    return result;
  } catch (error) {
    if (terminal) process.stderr.write('\r\u001b[K');
    throw error;
  } finally {
    clearInterval(timer);
  }
}
