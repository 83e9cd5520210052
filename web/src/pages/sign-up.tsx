// A new account: name, address and password, then a link by mail.
import { useState } from 'preact/hooks';
import { AccountForm } from '../account/form.js';
import { type SignUp as Fields, signUp } from '../house/account.js';
import { words } from '../words/words.js';
import { PASSWORD_LENGTH_MIN } from './reset.js';

export function SignUp() {
  const { account, titles, nav } = words.value;
  const [status, setStatus] = useState<'mailed' | 'open' | null>(null);
  const signIn = <a href="/sign-in">{nav.signIn}</a>;
  return (
    <>
      <h1 tabIndex={-1}>{titles.signUp}</h1>
      {status !== null ? (
        <p class="note" role="status">
          {status === 'mailed' ? account.confirm : account.open} {signIn}
        </p>
      ) : (
        <>
          <AccountForm
            fields={[
              {
                name: 'username',
                label: account.username,
                type: 'text',
                autocomplete: 'nickname',
                hint: account.shown,
              },
              { name: 'email', label: account.email, type: 'email', autocomplete: 'username' },
              {
                name: 'password',
                label: account.password,
                type: 'password',
                autocomplete: 'new-password',
                hint: account.passwordHint(PASSWORD_LENGTH_MIN),
                minLength: PASSWORD_LENGTH_MIN,
              },
            ]}
            button={account.signUp}
            send={(values) => signUp(values as Fields)}
            done={(result) => setStatus(result.status)}
          />
          <p>
            {account.haveOne} {signIn}
          </p>
        </>
      )}
    </>
  );
}
