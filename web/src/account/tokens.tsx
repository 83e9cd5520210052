// Tokens for programs of one's own: listed, made, revoked. A token is shown once.
import { useEffect, useState } from 'preact/hooks';
import { type ApiToken, makeToken, ownTokens, revokeToken } from '../house/account.js';
import { person } from '../house/session.js';
import { dayText } from '../times.js';
import { locale, words } from '../words/words.js';
import { AccountForm } from './form.js';

const DAYS_MAX = 366;

export function OwnTokens() {
  const { account } = words.value;
  const [tokens, setTokens] = useState<readonly ApiToken[] | null>(null);
  const [made, setMade] = useState<string | null>(null);
  const renew = async (): Promise<void> => setTokens(await ownTokens());
  useEffect(() => {
    void ownTokens().then(setTokens);
  }, []);
  if (tokens === null) return null;
  const roles = person.value?.roles ?? [];
  return (
    <section class="section stack">
      <h2>{account.tokens}</h2>
      <p>{account.tokensLead}</p>
      {made !== null && (
        <p class="note" role="status">
          {account.tokenOnce} <code>{made}</code>
        </p>
      )}
      {tokens.length > 0 && (
        <ul class="told" role="list">
          {tokens.map((token) => (
            <li key={token.tokenId}>
              <bdi>{token.name}</bdi>: {token.roles.join(', ')};{' '}
              {account.tokenUntil(dayText(token.expiresAt, locale.value))};{' '}
              {token.usedAt === null ? account.tokenUnused : account.tokenUsed(dayText(token.usedAt, locale.value))}{' '}
              <button type="button" class="btn small" onClick={() => void revokeToken(token.tokenId).then(renew)}>
                {account.revokeToken(token.name)}
              </button>
            </li>
          ))}
        </ul>
      )}
      <AccountForm
        key={`tokens-${made}`}
        fields={[
          { name: 'token', label: account.tokenName, type: 'text', autocomplete: 'off' },
          { name: 'days', label: account.tokenDays, type: 'text', autocomplete: 'off', hint: account.tokenDaysHint },
        ]}
        ticks={{ label: account.tokenRoles, names: roles }}
        button={account.makeToken}
        send={async ({ token = '', days = '', ...ticked }) => {
          const count = /^\d{1,3}$/.test(days.trim()) ? Number(days) : 0;
          if (count < 1 || count > DAYS_MAX) return { refused: { code: 'DaysWrong', message: '' } };
          return makeToken({ name: token.trim(), days: count, roles: roles.filter((role) => ticked[role] !== '') });
        }}
        done={({ token }) => {
          setMade(token);
          void renew();
        }}
      />
    </section>
  );
}
