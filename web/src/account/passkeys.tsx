// Passkeys of one's own: listed, added, taken away.
import { useEffect, useState } from 'preact/hooks';
import { addPasskey, canPasskeys, ownPasskeys, type Passkey, removePasskey } from '../house/passkeys.js';
import { dayText } from '../times.js';
import { locale, words } from '../words/words.js';
import { AccountForm } from './form.js';

export function OwnPasskeys() {
  const { account } = words.value;
  const [passkeys, setPasskeys] = useState<readonly Passkey[] | null>(null);
  useEffect(() => {
    void ownPasskeys().then(setPasskeys);
  }, []);
  if (passkeys === null) return null;
  const remove = async (passkeyId: string): Promise<void> => {
    const answer = await removePasskey(passkeyId);
    setPasskeys('result' in answer ? answer.result.passkeys : await ownPasskeys());
  };
  return (
    <section class="section stack">
      <h2>{account.passkeys}</h2>
      <p>{account.passkeysLead}</p>
      {passkeys.length > 0 && (
        <ul class="told" role="list">
          {passkeys.map(({ passkeyId, name, madeAt }) => (
            <li key={passkeyId}>
              <bdi>{name}</bdi>, {dayText(madeAt, locale.value)}{' '}
              <button type="button" class="btn small" onClick={() => void remove(passkeyId)}>
                {account.removePasskey(name)}
              </button>
            </li>
          ))}
        </ul>
      )}
      {canPasskeys() && (
        <AccountForm
          key={`passkeys-${passkeys.length}`}
          fields={[{ name: 'passkey', label: account.passkeyName, type: 'text', autocomplete: 'off' }]}
          button={account.addPasskey}
          send={({ passkey = '' }) => addPasskey(passkey.trim())}
          done={({ passkeys: all }) => setPasskeys(all)}
        />
      )}
    </section>
  );
}
