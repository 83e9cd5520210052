// Who sells: the name, the rating, and the way to what others say.
import { ratingOf } from '../house/talk.js';
import { words } from '../words/words.js';
import { useAsked } from './asked.js';

const SHOWN = 8;

export function SellerName({ id }: Readonly<{ id: string }>) {
  const { answer } = useAsked(() => ratingOf(id), id);
  return (
    <a href={`/people/${id}`}>
      <bdi>{answer?.username ?? `…${id.slice(-SHOWN)}`}</bdi>
      {answer !== null && <span class="meta"> ({words.value.talk.rating(answer.rating)})</span>}
    </a>
  );
}
