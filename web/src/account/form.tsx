// A form of the account: fields with what is wrong with each, one button, and what the house says against it.
import { useState } from 'preact/hooks';
import type { Answer } from '../house/account.js';
import { words } from '../words/words.js';

export type FieldOf = Readonly<{
  name: string;
  label: string;
  type: 'text' | 'email' | 'password';
  /** What browsers and password managers know it by (HTML, 4.10.18.7). */
  autocomplete: 'username' | 'email' | 'nickname' | 'current-password' | 'new-password' | 'one-time-code' | 'off';
  hint?: string;
  /** 0 for one that may stay empty. */
  minLength?: number;
}>;

type Parts<Result> = Readonly<{
  fields: readonly FieldOf[];
  /** Boxes to tick; one that is not has an empty value. */
  ticks?: Readonly<{ label: string; names: readonly string[] }>;
  button: string;
  send: (values: Readonly<Record<string, string>>) => Promise<Answer<Result>>;
  done: (result: Result) => void;
}>;

export function AccountForm<Result>({ fields, ticks, button, send, done }: Parts<Result>) {
  const { account } = words.value;
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isSending) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const names = [...fields.map(({ name }) => name), ...(ticks?.names ?? [])];
    const values = Object.fromEntries(names.map((name) => [name, String(form.get(name) ?? '')]));
    const wrong = problemsOf(fields, values);
    setProblems(wrong);
    setRefusal(null);
    const [first] = Object.keys(wrong);
    if (first !== undefined) return document.getElementById(first)?.focus();
    setSending(true);
    const answer = await send(values);
    setSending(false);
    if ('result' in answer) return done(answer.result);
    const { code } = answer.refused;
    setRefusal(account.refusals[code as keyof typeof account.refusals] ?? words.value.problem.notAnswered);
  };
  return (
    <>
      {refusal !== null && (
        <p class="note warn" role="alert">
          {refusal}
        </p>
      )}
      <form class="listing" method="post" onSubmit={(event) => void submit(event)} noValidate>
        {fields.map((field) => (
          <Field key={field.name} field={field} problem={problems[field.name]} />
        ))}
        {ticks !== undefined && (
          <fieldset class="field">
            <legend>{ticks.label}</legend>
            {ticks.names.map((name) => (
              <label key={name}>
                <input type="checkbox" name={name} /> {name}
              </label>
            ))}
          </fieldset>
        )}
        <button class="btn main" type="submit" aria-disabled={isSending}>
          {button}
        </button>
      </form>
    </>
  );
}

function problemsOf(fields: readonly FieldOf[], values: Readonly<Record<string, string>>) {
  const { account } = words.value;
  const problems: Record<string, string> = {};
  for (const { name, type, minLength = 1 } of fields) {
    const value = values[name] ?? '';
    if (value.trim() === '' && minLength > 0) problems[name] = account.missing;
    else if (value.length < minLength) problems[name] = account.passwordHint(minLength);
    else if (type === 'email' && !/^[^\s@]+@[^\s@]+$/.test(value.trim())) problems[name] = account.noAddress;
  }
  return problems;
}

/** The types of attributes tell the kinds of input apart. */
function kindOf(type: FieldOf['type']) {
  if (type === 'password') return { type } as const;
  return type === 'email' ? ({ type } as const) : ({ type: 'text' } as const);
}

function Field({ field, problem }: Readonly<{ field: FieldOf; problem: string | undefined }>) {
  const { name, label, type, autocomplete, hint = '' } = field;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        class="input"
        id={name}
        name={name}
        {...kindOf(type)}
        autocomplete={autocomplete}
        spellcheck={false}
        required={field.minLength !== 0}
        aria-describedby={`${name}-hint`}
        aria-invalid={problem !== undefined}
      />
      <p class={problem === undefined ? 'hint' : 'hint wrong'} id={`${name}-hint`}>
        {problem ?? hint}
      </p>
    </div>
  );
}
