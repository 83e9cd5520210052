// The UCI Shill Bidding Dataset (doi 10.24432/C5Z611) as a regression check of the fitting code only: its labels were made by
// clustering these very columns (docs/fraud.md).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { nonNegativeLogistic } from '../../src/fraud-fit/logistic.js';
import { describeWithTestData } from '../support/requires.js';

const COLUMNS = [
  'Successive_Outbidding',
  'Bidding_Ratio',
  'Winning_Ratio',
  'Bidder_Tendency',
  'Auction_Bids',
  'Starting_Price_Average',
  'Last_Bidding',
  'Early_Bidding',
];
/** A scorecard: a column counts by the steps that its value has climbed. */
const STEPS = [0.001, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9];

type Row = Readonly<Record<string, string>>;
const isShill = (row: Row): number => Number(row.Class);

function examplesOf(rows: readonly Row[], columns: readonly string[]) {
  const climbed = rows.flatMap((row) =>
    columns.flatMap((column) => STEPS.map((step) => (Number(row[column]) >= step ? 1 : 0))),
  );
  const shills = rows.filter(isShill).length;
  return {
    values: Float64Array.from(climbed),
    size: columns.length * STEPS.length,
    labels: Float64Array.from(rows, isShill),
    shares: Float64Array.from(rows, (row) => 1 / 2 / (isShill(row) === 1 ? shills : rows.length - shills)),
  };
}

/** The area under the ROC curve, by ranks; ties count half. */
function aucOf(scores: readonly number[], labels: readonly number[]): number {
  const positive = scores.filter((_, i) => labels[i] === 1).sort((a, b) => a - b);
  const negative = scores.filter((_, i) => labels[i] !== 1).sort((a, b) => a - b);
  const wins = positive.reduce((sum, score) => {
    const below = negative.filter((other) => other < score).length;
    return sum + below + negative.filter((other) => other === score).length / 2;
  }, 0);
  return wins / (positive.length * negative.length);
}

function checked(rows: readonly Row[], columns: readonly string[]): number {
  const [fitted, held] = [rows.filter((_, i) => i % 2 === 0), rows.filter((_, i) => i % 2 === 1)];
  const weights = nonNegativeLogistic(examplesOf(fitted, columns), 0.0005, 4);
  const { values, size } = examplesOf(held, columns);
  const scores = held.map((_, row) =>
    weights.reduce((sum, weight, i) => sum + weight * (values[row * size + i] ?? 0), 0),
  );
  return aucOf(scores, held.map(isShill));
}

describeWithTestData('the fit, on half of the UCI table', 'shill', (folder) => {
  const rows: readonly Row[] = parse(readFileSync(join(folder, 'features.csv')), { columns: true });

  it('tells the labels of the other half', () => {
    const area = checked(rows, COLUMNS);
    process.stderr.write(`UCI table: ROC AUC ${area.toFixed(4)}\n`);
    expect(area).toBeGreaterThanOrEqual(0.9945);
  });

  it('does so without the column that makes most of the labels', () => {
    const area = checked(rows, COLUMNS.slice(1, 6));
    process.stderr.write(`UCI table without Successive_Outbidding: ROC AUC ${area.toFixed(4)}\n`);
    expect(area).toBeGreaterThanOrEqual(0.955);
  });
});
