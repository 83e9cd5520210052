// Where Jest runs a test file: the worker's own global scope. Jest's environments make a new one for each file, and with it every
// module anew: 1.3 s of processor time where a file loads the API (ADR 117).
export default class WorkerEnvironment {
  global = globalThis;
  // Jest asks for both. Nothing here fakes timers: a test moves the runtime's clock instead.
  fakeTimers = null;
  fakeTimersModern = null;
  #console = globalThis.console;
  #exit = process.exit;
  #exitCode = process.exitCode;
  #variables = { ...process.env };

  setup = async () => undefined;

  /** Jest puts a console and an exit of its own in place for each file; what the file itself changed in the process is undone, too. */
  async teardown() {
    globalThis.console = this.#console;
    process.exit = this.#exit;
    process.exitCode = this.#exitCode;
    for (const name of Object.keys(process.env)) if (!(name in this.#variables)) delete process.env[name];
    Object.assign(process.env, this.#variables);
  }

  getVmContext() {
    return null;
  }
}
