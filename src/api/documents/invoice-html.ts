// A document as a page: no script, no style but the house's sheet, and every text escaped.
import { COLUMNS, type InvoiceText } from './invoice-text.js';

/** Nothing is loaded but the sheet, and nothing is sent. */
export const INVOICE_POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);

export function invoiceHtml({ title, house, buyer, facts, rows, totals, notes }: InvoiceText): string {
  const lines = (texts: readonly string[]): string => texts.map(escaped).join('<br>');
  const cells = (tag: 'td' | 'th', texts: readonly string[]): string =>
    texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('');
  const list = (pairs: InvoiceText['facts']): string =>
    pairs.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('');
  const taxNumber = house.taxNumber === null ? [] : [`Tax number ${house.taxNumber}`];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="/pages/document.css">
</head>
<body>
<header><p><strong>${escaped(house.name)}</strong><br>${lines([...house.address, ...taxNumber])}</p></header>
<main>
<h1>${escaped(title)}</h1>
<p>${lines(buyer)}</p>
<dl>${list(facts)}</dl>
<table>
<thead><tr>${cells('th', COLUMNS)}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n')}
</tbody>
</table>
<dl class="totals">${list(totals)}</dl>
${notes.map((note) => `<p>${escaped(note)}</p>`).join('\n')}
</main>
</body>
</html>
`;
}
