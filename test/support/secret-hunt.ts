// Looks for secrets in whatever somebody received, however they are spelled: amounts in minor units, as decimals with or
// without separators, as hexadecimal numbers; people by a word of theirs; all of it also inside base64, hexadecimal text,
// percent-encoding and the escapes of JSON. Secrets are made here too, so that they are found nowhere by chance.

const AMOUNT_STEM = '7714';
/** One step of a tier in minor units: the bid increment at these prices, so that a price made of a maximum is none. */
const STEP = 10_000;
const PERSON_STEM = 'zzquux';

const DIGITS = /(?=(7(?:[,.'’_\s]?\d){9}))/g;
const HEX_NUMBER = /\b(?:0x)?1c[0-9a-f]{7}\b/gi;
const PERSON = /zzquux\d{4}/gi;
const WORD = /[A-Za-z0-9+/_-]{8,}/g;
const HEX_TEXT = /(?:[0-9a-f]{2}){6,}/gi;
const NESTING_MAX = 3;

/** Amounts that no two auctions and no price share: a tier (0 to 98) orders them, the last four digits tell them apart. */
export class SecretAmounts {
  private made = 0;

  at(tier: number): string {
    this.made += 1;
    const ending = (this.made * 7_919) % STEP;
    if (this.made >= STEP || ending % 10 === 0) return this.at(tier);
    return `${AMOUNT_STEM}${String(tier).padStart(2, '0')}${String(ending).padStart(4, '0')}`;
  }
}

/** Name, e-mail and address of a person, and the word that occurs in each of them and nowhere else. */
export function secretPerson(n: number) {
  const word = `${PERSON_STEM}${String(n).padStart(4, '0')}`;
  return { word, name: `Ada ${word}`, email: `${word}@hidden.example`, address: `${n} ${word} Lane` };
}

export class SecretHunt {
  /** Most of what clients receive repeats itself, word by word. */
  private readonly inWords = new Map<string, readonly string[]>();

  /** `secrets` are amounts in minor units and words of people. */
  constructor(private readonly secrets: ReadonlySet<string>) {}

  /** Every secret that stands in the text, in whatever spelling. */
  find(text: string): Set<string> {
    const plain = unescaped(text);
    const found = this.findWithin(text, 0);
    return new Set(plain === text ? found : [...found, ...this.findWithin(plain, 0)]);
  }

  private findWithin(text: string, depth: number): readonly string[] {
    const found = this.spelledOut(text);
    if (depth < NESTING_MAX) for (const [word] of text.matchAll(WORD)) found.push(...this.findInWord(word, depth));
    return found;
  }

  /** A word as base64 and as hexadecimal text, from wherever the encoded part begins. */
  private findInWord(word: string, depth: number): readonly string[] {
    const key = `${depth}${word}`;
    const known = this.inWords.get(key);
    if (known !== undefined) return known;
    const inner = [0, 1, 2, 3].map((from) => Buffer.from(word.slice(from), 'base64').toString('latin1'));
    for (const [digits] of word.matchAll(HEX_TEXT))
      for (const from of [0, 1]) inner.push(Buffer.from(digits.slice(from), 'hex').toString('latin1'));
    const found = inner.flatMap((text) => this.findWithin(text, depth + 1));
    this.inWords.set(key, found);
    return found;
  }

  private spelledOut(text: string): string[] {
    const amounts = [...text.matchAll(DIGITS)].map(([, digits]) => (digits ?? '').replace(/\D/g, ''));
    const numbers = [...text.matchAll(HEX_NUMBER)].map(([hex]) => BigInt(`0x${hex.replace(/^0x/i, '')}`).toString());
    const people = [...text.matchAll(PERSON)].map(([word]) => word.toLowerCase());
    return [...amounts, ...numbers, ...people].filter((candidate) => this.secrets.has(candidate));
  }
}

const unescaped = (text: string): string =>
  text.replace(/(?:%|\\u00)([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
