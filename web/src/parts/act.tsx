// A button that asks before it acts: a native dialog whose title is the question, with the safe button first. What is done is
// done by `run`, which answers null, or why it was not done; then the dialog stays and says so.
import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { problemOf } from '../house/ask.js';
import { words } from '../words/words.js';

export type ActParts = Readonly<{
  label: string;
  /** The question. */
  title: string;
  says: string;
  /** Asks for a reason, which `run` gets. */
  needsReason?: boolean;
  /** It cannot be undone. */
  isStern?: boolean;
  /** More fields; `run` gets them by name. */
  children?: ComponentChildren;
  run: (form: FormData, reason: string) => Promise<string | null>;
  /** Called once it is done, and a little later: tables follow what is recorded within moments. */
  done: () => void;
}>;

const AFTERWARDS_MS = [0, 400, 1_500];

/** Calls `renew` now and a little later: tables follow what was recorded within moments. */
export function afterwards(renew: () => void): void {
  for (const ms of AFTERWARDS_MS) setTimeout(renew, ms);
}

export function Act({ label, title, says, needsReason = false, isStern = false, children, run, done }: ActParts) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSent, setSent] = useState(false);
  const id = useId();
  const said = words.value.ask;
  const close = (): void => dialog.current?.close();
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isSent) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const reason = String(form.get('reason') ?? '').trim();
    if (needsReason && reason === '') return setProblem(said.missing);
    setSent(true);
    const refused = await run(form, reason).catch((error) => problemOf(error, words.value.problem.notAnswered));
    setSent(false);
    setProblem(refused);
    if (refused !== null) return;
    close();
    afterwards(done);
  };
  return (
    <>
      <button class={`btn small ${isStern ? 'stern' : ''}`} type="button" onClick={() => dialog.current?.showModal()}>
        {label}
      </button>
      <dialog class="dialog" ref={dialog} aria-labelledby={`${id}-title`} onClose={() => setProblem(null)}>
        <form onSubmit={(event) => void submit(event)} noValidate>
          <h2 id={`${id}-title`}>{title}</h2>
          <p>{says}</p>
          {children}
          {needsReason && (
            <div class="field">
              <label for={`${id}-reason`}>{said.reason}</label>
              <textarea class="input" id={`${id}-reason`} name="reason" rows={3} aria-invalid={problem !== null} />
            </div>
          )}
          {problem !== null && (
            <p class="hint wrong" role="alert">
              {problem}
            </p>
          )}
          <div class="row">
            <button class="btn" type="button" onClick={close}>
              {said.cancel}
            </button>
            <button class={`btn ${isStern ? 'stern' : 'main'}`} type="submit" aria-disabled={isSent}>
              {label}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
