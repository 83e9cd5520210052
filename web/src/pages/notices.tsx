// What has happened to the signed-in person while this tab was open.
import { person } from '../house/session.js';
import { addressOf, notices, sentence } from '../parts/notices.js';
import { Time } from '../parts/time.js';
import { path } from '../router.js';
import { words } from '../words/words.js';
import { signInFrom } from './sign-in.js';

export function Notices() {
  const { notices: said, nav, titles } = words.value;
  return (
    <>
      <h1 tabIndex={-1}>{titles.notices}</h1>
      {person.value === null ? (
        <p class="empty">
          {said.needsPerson} <a href={signInFrom(path.value)}>{nav.signIn}</a>
        </p>
      ) : notices.value.length === 0 ? (
        <p class="empty">{said.none}</p>
      ) : (
        <ul role="list" class="told">
          {notices.value.map(({ news, title }) => (
            <li key={`${news.auctionId}-${news.revision}-${news.__typename}`}>
              <p class="meta">
                <Time at={news.at} />
              </p>
              <p>
                <a href={addressOf(news)}>
                  <bdi>{title}</bdi>
                </a>{' '}
                {sentence(news)}
              </p>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
