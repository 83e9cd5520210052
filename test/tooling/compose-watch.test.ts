// Those who watch the house in docker-compose.yml: Prometheus asks every process, each alert comes to somebody, and what the page
// docs/compose.md tells is what is there. No container starts here.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { describeWithProgram } from '../support/requires.js';
import { scratchDirectory } from '../support/scratch.js';

type Service = Readonly<{ image: string; restart?: string; ports?: readonly string[]; volumes?: readonly string[] }>;

const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as Readonly<{
  services: Readonly<Record<string, Service>>;
}>;
/** Processes of the house that go on running. */
const roles = Object.entries(services)
  .filter(([, { image, restart }]) => image === 'gavel:local' && restart !== 'no')
  .map(([name]) => name);
const ALERTMANAGER = 'docker/alertmanager/alertmanager.yml';
const alertmanager = parse(readFileSync(ALERTMANAGER, 'utf8'));
const prometheusText = readFileSync('docker/prometheus/prometheus.yml', 'utf8');
const prometheus = parse(prometheusText);

describe('Prometheus', () => {
  const jobs = prometheus.scrape_configs as readonly {
    job_name: string;
    dns_sd_configs?: readonly { names: readonly string[]; port: number }[];
    static_configs?: readonly { targets: readonly string[] }[];
  }[];

  it('asks every process of the house, by a job that the rules look after', () => {
    const asked = jobs.flatMap(({ job_name: job, dns_sd_configs: found = [] }) =>
      found.flatMap(({ names, port }) => names.map((name) => ({ job, name, port }))),
    );
    expect(asked).toEqual(roles.map((name) => ({ job: `gavel-${name}`, name, port: 3000 })));
  });

  it('asks nobody who is not there', () => {
    const others = [...jobs, ...prometheus.alerting.alertmanagers].flatMap(({ static_configs: found = [] }) =>
      found.flatMap(({ targets }: { targets: readonly string[] }) => targets.map((target) => target.split(':')[0])),
    );
    expect(others.length).toBeGreaterThan(2);
    for (const name of others) expect(['127.0.0.1', ...Object.keys(services)]).toContain(name);
  });

  it('has its files where the service finds them', () => {
    expect(services['prometheus']?.volumes).toContain('./docker/prometheus:/etc/prometheus:ro');
    expect(prometheus.rule_files).toEqual(['/etc/prometheus/alerts.yml']);
    expect(services['alertmanager']?.volumes).toContain('./docker/alertmanager:/etc/alertmanager:ro');
  });

  describeWithProgram('promtool', 'prometheus', 'promtool', () => {
    it('takes the configuration and its rules', () => {
      const { path } = scratchDirectory('prometheus');
      const file = join(path, 'prometheus.yml');
      writeFileSync(file, prometheusText.replaceAll('/etc/prometheus/', `${resolve('docker', 'prometheus')}/`));
      expect(execFileSync('promtool', ['check', 'config', file], { encoding: 'utf8' })).toMatch(
        /SUCCESS: 1 rule files found[\s\S]*SUCCESS: \d+ rules found/,
      );
    });
  });
});

describe('Alertmanager', () => {
  it('hands mail to the catcher', () => {
    expect(Object.keys(services)).toContain(alertmanager.global.smtp_smarthost.split(':')[0]);
  });

  describeWithProgram('amtool', 'prometheus-alertmanager', 'amtool', () => {
    const amtool = (...args: readonly string[]) =>
      execFileSync('amtool', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

    it('takes the configuration', () => {
      expect(amtool('check-config', ALERTMANAGER)).toContain('SUCCESS');
    });

    const rules = parse(readFileSync('docker/prometheus/alerts.yml', 'utf8')).groups.flatMap(
      (group: { rules: readonly { alert: string; labels: Readonly<Record<string, string>> }[] }) => group.rules,
    );
    it.each<[string, Readonly<Record<string, string>>]>(
      rules.map(({ alert, labels }: { alert: string; labels: Readonly<Record<string, string>> }) => [alert, labels]),
    )('tells somebody of %s, as urgent as it is', (alert, labels) => {
      const given = Object.entries({ alertname: alert, ...labels }).map(([name, value]) => `${name}=${value}`);
      const expected = labels['severity'] === 'critical' ? 'on-call' : 'operators';
      expect(amtool('config', 'routes', 'test', `--config.file=${ALERTMANAGER}`, ...given).trim()).toBe(expected);
    });
  });
});

it('docs/compose.md tells of every service and of the port where it is reached', () => {
  const rows = readFileSync('docs/compose.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const told = rows.flatMap(([, names = '', , , port = '']) =>
    [...names.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => ({ name, port: /\d{4}/.exec(port)?.[0] ?? null })),
  );
  const portOf = ({ ports = [] }: Service) => /:-(\d+)\}/.exec(ports[0] ?? '')?.[1] ?? null;
  const sorted = (of: readonly { name: string }[]) => [...of].sort((a, b) => (a.name < b.name ? -1 : 1));
  const roleRow = new Set(roles);
  // The roles share a row, in which the one port is the API's.
  const there = Object.entries(services).map(([name, service]) => ({
    name,
    port: roleRow.has(name) ? '3000' : portOf(service),
  }));
  expect(sorted(told)).toEqual(sorted(there));
});
