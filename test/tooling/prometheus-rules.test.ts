// docker/prometheus/alerts.yml: Prometheus takes it, each rule does what its test says, and no alert of the house lacks a rule.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ALERT_KINDS, aboutAlert } from '../../src/notify/alerts/alert-kinds.js';
import { PrometheusMetrics } from '../../src/observability/prometheus.metrics.js';
import { describeWithProgram } from '../support/requires.js';

type Rule = Readonly<{
  alert: string;
  expr: string;
  labels: Readonly<{ severity: string; kind?: string }>;
  annotations: Readonly<{ runbook: string }>;
}>;

const { groups } = parse(readFileSync('docker/prometheus/alerts.yml', 'utf8')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap(({ rules: of }) => of);
const tests = readFileSync('docker/prometheus/alerts.test.yml', 'utf8');

it('has a rule for each alert of the house, as urgent as it is there', () => {
  const told = rules.flatMap(({ labels: { kind, severity }, annotations: { runbook } }) =>
    kind === undefined ? [] : [{ kind, severity, runbook: runbook.replace('docs/runbook.md#', '') }],
  );
  const expected = ALERT_KINDS.map((kind) => ({
    kind,
    severity: aboutAlert(kind).severity,
    runbook: aboutAlert(kind).runbook,
  }));
  const sorted = (of: readonly { kind: string }[]) => [...of].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  expect(sorted(told)).toEqual(sorted(expected));
});

it('asks for numbers that the house tells', async () => {
  const metrics = new PrometheusMetrics();
  try {
    const known = await metrics.text();
    const asked = new Set(rules.flatMap(({ expr }) => expr.match(/\bgavel_\w+/g) ?? []));
    for (const name of asked) expect(known).toContain(`# TYPE ${name} `);
    expect(asked.size).toBeGreaterThan(4);
  } finally {
    metrics.close();
  }
});

it('has a test for each rule', () => {
  for (const { alert } of rules) expect(tests).toContain(`alertname: ${alert}\n`);
});

describeWithProgram('promtool', 'prometheus', 'promtool', () => {
  const promtool = (...args: readonly string[]) => {
    try {
      return execFileSync('promtool', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`${stdout}${stderr}`);
    }
  };

  it('takes the rules', () => {
    expect(promtool('check', 'rules', 'docker/prometheus/alerts.yml')).toContain(
      `SUCCESS: ${rules.length} rules found`,
    );
  });

  it('finds that they do what their tests say', () => {
    expect(promtool('test', 'rules', 'docker/prometheus/alerts.test.yml')).toContain('SUCCESS');
  });
});
