// Listing an item of one's own.
import { useState } from 'preact/hooks';
import { CURRENCY_DIGITS, type Currency, isCurrency } from '../../../src/domain/money.js';
import { listAuction } from '../house/auctions.js';
import type { Photo } from '../house/photos.js';
import { person } from '../house/session.js';
import { untilAnswered } from '../house/until-answered.js';
import { typed } from '../money.js';
import { Field, type Problems } from '../parts/field.js';
import { detailsOf, ItemFields } from '../parts/item-fields.js';
import { PhotoField } from '../parts/photo-field.js';
import { QuestionsToAnswer } from '../parts/questions.js';
import { go, path } from '../router.js';
import { locale, words } from '../words/words.js';
import { signInFrom } from './sign-in.js';

const HOUR_MS = 3_600_000;
const HOURS_MAX = 720;
const AFTER_MS = 400;

type Listing = Omit<Parameters<typeof listAuction>[0], 'commandId'>;

export function Sell() {
  const { sell, titles, nav } = words.value;
  const [problems, setProblems] = useState<Problems>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const [photos, setPhotos] = useState<readonly Photo[]>([]);
  const head = <h1 tabIndex={-1}>{titles.sell}</h1>;
  if (person.value === null)
    return (
      <>
        {head}
        <p class="empty">
          {sell.needsPerson} <a href={signInFrom(path.value)}>{nav.signIn}</a>
        </p>
      </>
    );
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isSending) return;
    const read = listingOf(new FormData(event.currentTarget as HTMLFormElement));
    setProblems(read.problems);
    const { listing } = read;
    if (listing === null) {
      const [first] = Object.keys(read.problems);
      document.getElementById(first ?? '')?.focus();
      return;
    }
    setSending(true);
    const answer = await untilAnswered((commandId) =>
      listAuction({ commandId, ...listing, item: { ...listing.item, photos: photos.map(({ photoId }) => photoId) } }),
    );
    setSending(false);
    if (answer?.__typename !== 'ListingAccepted')
      return setRefusal(answer === null ? words.value.problem.notAnswered : answer.message);
    // Silver shows it a moment later: a page that is opened before would say that it is not there.
    setTimeout(() => go(`/lots/${answer.auctionId}`), AFTER_MS);
  };
  const field = { problems };
  return (
    <>
      {head}
      <QuestionsToAnswer />
      {refusal !== null && (
        <p class="note warn" role="alert">
          {refusal}
        </p>
      )}
      <form class="listing" onSubmit={(event) => void submit(event)} noValidate>
        <Field {...field} name="title" label={sell.name} />
        <Field {...field} name="description" label={sell.description} long />
        <PhotoField photos={photos} change={setPhotos} />
        <Field {...field} name="category" label={sell.category} />
        <div class="field">
          <label for="currency">{sell.currency}</label>
          <select class="input" id="currency" name="currency">
            {Object.keys(CURRENCY_DIGITS).map((code) => (
              <option key={code} selected={code === 'EUR'}>
                {code}
              </option>
            ))}
          </select>
        </div>
        <Field {...field} name="starting" label={sell.starting} decimal />
        <Field {...field} name="reserve" label={sell.reserve} hint={sell.reserveHint} decimal />
        <Field {...field} name="buyNow" label={sell.buyNow} hint={sell.buyNowHint} decimal />
        <ItemFields problems={problems} />
        <Field {...field} name="hours" label={sell.hours} decimal />
        <button class="btn main" type="submit" aria-disabled={isSending}>
          {sell.list}
        </button>
      </form>
    </>
  );
}

/** The command that the form asks for, or what is wrong with each field. */
function listingOf(form: FormData): Readonly<{ listing: Listing | null; problems: Problems }> {
  const { sell } = words.value;
  const problems: Record<string, string> = {};
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const code = text('currency');
  const currency: Currency = isCurrency(code) ? code : 'EUR';
  for (const name of ['title', 'category', 'starting', 'hours']) if (text(name) === '') problems[name] = sell.missing;
  const amount = (name: string): string | null => {
    if (text(name) === '') return null;
    const minor = typed(text(name), currency, locale.value);
    if (minor === null || minor === 0n) problems[name] = sell.wrongAmount;
    return minor?.toString() ?? null;
  };
  const [startingPrice, reservePrice, buyNowPrice] = [amount('starting'), amount('reserve'), amount('buyNow')];
  const hours = Number(text('hours'));
  if (text('hours') !== '' && !(hours >= 1 && hours <= HOURS_MAX)) problems['hours'] = sell.wrongHours;
  const details = detailsOf(form, problems);
  if (Object.keys(problems).length > 0 || startingPrice === null) return { listing: null, problems };
  const listing: Listing = {
    item: {
      ...{ title: text('title'), description: text('description'), category: text('category') },
      ...(details !== undefined && { details }),
    },
    terms: {
      currency,
      startingPrice,
      ...(reservePrice !== null && { reservePrice }),
      ...(buyNowPrice !== null && { buyNowPrice }),
    },
    durationMs: Math.round(hours * HOUR_MS),
  };
  return { listing, problems };
}
