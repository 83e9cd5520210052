// A field of a form: its label, what is typed, and a hint or what is wrong with it.

export type Problems = Readonly<Record<string, string>>;

type FieldParts = Readonly<{
  name: string;
  label: string;
  problems: Problems;
  hint?: string;
  long?: boolean;
  decimal?: boolean;
}>;

export function Field({ name, label, problems, hint = '', long = false, decimal = false }: FieldParts) {
  const problem = problems[name];
  const common = {
    class: 'input',
    id: name,
    name,
    'aria-describedby': `${name}-hint`,
    'aria-invalid': problem !== undefined,
  };
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {long ? (
        <textarea rows={5} {...common} />
      ) : (
        <input inputMode={decimal ? 'decimal' : 'text'} autocomplete="off" {...common} />
      )}
      <p class={problem === undefined ? 'hint' : 'hint wrong'} id={`${name}-hint`}>
        {problem ?? hint}
      </p>
    </div>
  );
}
