import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export const PROMETHEUS_CONFIG = resolve('dashboards/prometheus/prometheus.yml');
export const ALERTS = resolve('dashboards/prometheus/alerts.yml');

/** The shipped alert rules, in the order of their file. */
export function alertRules(): readonly AlertRule[] {
  const { groups } = parse(readFileSync(ALERTS, 'utf8')) as { groups: { rules: AlertRule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** The metrics that an expression reads, without what a histogram adds to its name. */
export function metricsIn(expr: string): string[] {
  const names = expr.match(/\b(?:fettle|process|nodejs)_[a-z_]+/g) ?? [];
  return [...new Set(names)].map((name) => name.replace(/(_seconds|_samples)_(sum|count|bucket)$/, '$1'));
}
