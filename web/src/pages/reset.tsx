// A new password: ask for a link by mail; by the link, set it.
import { useState } from 'preact/hooks';
import { AccountForm } from '../account/form.js';
import { askReset, setPassword } from '../house/account.js';
import { query } from '../router.js';
import { words } from '../words/words.js';

/** As the house has it (src/sign-in/password-length.ts). */
export const PASSWORD_LENGTH_MIN = 10;

export function Reset() {
  const { account, titles, nav } = words.value;
  const [isDone, setDone] = useState(false);
  const token = query.value.get('token');
  const done = (): void => setDone(true);
  return (
    <>
      <h1 tabIndex={-1}>{titles.reset}</h1>
      {isDone ? (
        <p class="note" role="status">
          {token === null ? account.resetMailed : account.changed} <a href="/sign-in">{nav.signIn}</a>
        </p>
      ) : token === null ? (
        <AccountForm
          fields={[{ name: 'email', label: account.email, type: 'email', autocomplete: 'username' }]}
          button={account.sendLink}
          send={({ email = '' }) => askReset(email.trim())}
          done={done}
        />
      ) : (
        <AccountForm
          fields={[
            {
              name: 'password',
              label: account.newPassword,
              type: 'password',
              autocomplete: 'new-password',
              hint: account.passwordHint(PASSWORD_LENGTH_MIN),
              minLength: PASSWORD_LENGTH_MIN,
            },
          ]}
          button={account.change}
          send={({ password = '' }) => setPassword(token, password)}
          done={done}
        />
      )}
    </>
  );
}
