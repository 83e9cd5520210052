// A document as PDF, on A4. The same texts make the same bytes: its dates are the document's own, and no id is drawn.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import type { Instant } from '../../domain/time.js';
import { COLUMNS, type InvoiceText } from './invoice-text.js';

const { resolve } = createRequire(import.meta.url);
/** Names and titles may be of any alphabet; PDF's own fonts know western Europe's alone. */
const fontOf = (name: string): Buffer => readFileSync(resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
const FONTS = { plain: 'DejaVuSans', bold: 'DejaVuSans-Bold' } as const;

const MARGIN = 50;
const BOTTOM = 780;
/** Left edges and widths in points; they end at the right margin of A4. */
const PLACES = [
  { x: 50, width: 165 },
  { x: 220, width: 85 },
  { x: 305, width: 75 },
  { x: 380, width: 45 },
  { x: 425, width: 55 },
  { x: 480, width: 65 },
] as const;
const SIZE = 8;
const GAP = 5;

type Pdf = InstanceType<typeof PDFDocument>;

/** The bytes of the document. `issuedAt` is the time that it bears. */
export async function invoicePdf(text: InvoiceText, issuedAt: Instant): Promise<Buffer> {
  const at = new Date(issuedAt);
  const info = {
    Title: text.title,
    Author: text.house.name,
    Creator: 'Gavel',
    Producer: 'Gavel',
    CreationDate: at,
    ModDate: at,
  };
  const pdf = new PDFDocument({ size: 'A4', margin: MARGIN, info, lang: 'en', font: '' });
  const parts: Buffer[] = [];
  pdf.on('data', (part: Buffer) => parts.push(part));
  const done = new Promise<void>((settle, refuse) => {
    pdf.on('end', settle);
    pdf.on('error', refuse);
  });
  for (const [name, file] of Object.entries(FONTS)) pdf.registerFont(name, fontOf(file));
  head(pdf, text);
  for (const row of text.rows) tableRow(pdf, row, 'plain');
  foot(pdf, text);
  pdf.end();
  await done;
  return Buffer.concat(parts);
}

function head(pdf: Pdf, { title, house, buyer, facts }: InvoiceText): void {
  pdf.font('bold').fontSize(11).text(house.name);
  pdf.font('plain').fontSize(SIZE);
  for (const line of house.address) pdf.text(line);
  if (house.taxNumber !== null) pdf.text(`Tax number ${house.taxNumber}`);
  pdf.moveDown(3).fontSize(10);
  for (const line of buyer) pdf.text(line);
  pdf.moveDown(2).font('bold').fontSize(16).text(title);
  pdf.moveDown(0.5).font('plain').fontSize(10);
  for (const [name, value] of facts) pdf.text(`${name}: ${value}`);
  pdf.moveDown(1.5);
  tableRow(pdf, COLUMNS, 'bold');
}

/** One row, on the next page where this one is full. Only the first two columns may take several lines. */
function tableRow(pdf: Pdf, cells: readonly string[], font: keyof typeof FONTS): void {
  pdf.font(font).fontSize(SIZE);
  const heights = PLACES.map(({ width }, n) => pdf.heightOfString(cells[n] ?? '', { width: width - GAP }));
  const height = Math.max(...heights) + GAP;
  if (pdf.y + height > BOTTOM) pdf.addPage();
  const { y } = pdf;
  for (const [n, { x, width }] of PLACES.entries())
    pdf.text(cells[n] ?? '', x, y, { width: width - GAP, align: n < 2 ? 'left' : 'right' });
  pdf
    .moveTo(MARGIN, y + height - GAP / 2)
    .lineTo(545, y + height - GAP / 2)
    .lineWidth(0.3)
    .stroke('#999999');
  pdf.fillColor('black');
  pdf.x = MARGIN;
  pdf.y = y + height;
}

function foot(pdf: Pdf, { totals, notes }: InvoiceText): void {
  pdf.moveDown(1);
  for (const [n, [name, value]] of totals.entries()) {
    if (pdf.y + 2 * SIZE > BOTTOM) pdf.addPage();
    const { y } = pdf;
    pdf.font(n === totals.length - 1 ? 'bold' : 'plain').fontSize(10);
    pdf.text(name, 305, y, { width: 110 });
    pdf.text(value, 415, y, { width: 125, align: 'right' });
  }
  pdf.font('plain').fontSize(SIZE).moveDown(2);
  for (const note of notes) pdf.text(note, MARGIN);
}
