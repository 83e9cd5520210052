// A button that asks for a text, in a dialog.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { words } from '../words/words.js';
import { Act } from './act.js';

type SayParts = Readonly<{
  label: string;
  title: string;
  says: string;
  field: string;
  children?: ComponentChildren;
  run: (text: string, form: FormData) => Promise<string | null>;
  done: () => void;
}>;

/** As long as the house takes texts (src/domain/auction/questions.ts). */
const TEXT_MAX = 500;

export function Say({ field, children, run, ...act }: SayParts) {
  const id = useId();
  return (
    <Act
      {...act}
      run={async (form) => {
        const text = String(form.get('text') ?? '').trim();
        return text === '' ? words.value.talk.missing : run(text, form);
      }}
    >
      {children}
      <div class="field">
        <label for={id}>{field}</label>
        <textarea class="input" id={id} name="text" rows={4} maxLength={TEXT_MAX} />
      </div>
    </Act>
  );
}
