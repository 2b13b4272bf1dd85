import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

export const SITE = 'bench';
/** Of every message. */
export const METRICS = ['m1', 'm2', 'm3'];
/** The load runs between 0 and this: no limit is passed. */
export const AMPLITUDE = 100;
/** Tickets that are not measured, so that the code is compiled. */
export const WARM_UP_TICKETS = 10;
/** Passes the limit that raises at once, and no other. */
export const CROSSING = 120;

/**
 * A folder with what Fettle starts from: a model with three threshold rules per metric, the assets of the load
 * (load-1 …) and one for each ticket whose latency is measured (latency-1 …). Everything else is left at its default.
 */
export function makeInstallation({ assets, tickets }) {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-bench-'));
  mkdirSync(join(folder, 'models'));
  writeFileSync(join(folder, 'models', 'bench.yaml'), stringify(model()));
  const ids = [...numbered('load', assets), ...numbered('latency', WARM_UP_TICKETS + tickets)];
  writeFileSync(
    join(folder, 'assets.yaml'),
    stringify({ assets: ids.map((id) => ({ id, model: 'bench', site: SITE })) }),
  );
  return { folder };
}

/** Writes fettle.yaml for one start with new data; without `url` the embedded broker takes `port`. Returns its path. */
export function configure({ folder }, { url, protocolVersion, port }, clientId) {
  const file = join(folder, 'fettle.yaml');
  const config = {
    dataDir: mkdtempSync(join(folder, 'data-')),
    models: './models',
    assets: './assets.yaml',
    log: { level: 'warn' },
    http: { port: 0 },
    mqtt: { url, protocolVersion, port, clientId },
  };
  writeFileSync(file, stringify(config));
  return file;
}

function numbered(prefix, count) {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}

function model() {
  return {
    id: 'bench',
    name: { en: 'Bench', zh: '基准测试' },
    metrics: METRICS.map((id) => ({ id, kind: 'number', unit: '°C', name: { en: id, zh: id } })),
    components: METRICS.map(component),
  };
}

function component(metric) {
  const failureMode = (id) => ({ id: `${metric}-${id}`, name: { en: id, zh: id } });
  return {
    id: `part-${metric}`,
    name: { en: metric, zh: metric },
    failureModes: ['high', 'very-high', 'low'].map(failureMode),
    rules: [
      rule(metric, 'high', { direction: 'above', levels: [level(AMPLITUDE + 10, 'warning')], deadband: 2 }),
      rule(metric, 'very-high', {
        direction: 'above',
        levels: [level(2 * AMPLITUDE, 'warning'), level(3 * AMPLITUDE, 'critical')],
        onDelay: '5m',
        offDelay: '1h',
      }),
      rule(metric, 'low', { direction: 'below', levels: [level(-10, 'info')], onDelay: '1m' }),
    ],
  };
}

function rule(metric, what, params) {
  const id = `${metric}-${what}`;
  return { id, kind: 'threshold', failureMode: id, mode: 'live', maxTicketsPerHour: 1_000_000, metric, ...params };
}

function level(limit, severity) {
  return { limit, severity };
}
