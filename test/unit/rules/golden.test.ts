import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse as parseCsv } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readHistories } from '../../../src/config/historiesFile.ts';
import { type AssetEvent, REMOVED_CONDITIONS, type RemovedCondition } from '../../../src/domain/asset.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import type { Histories } from '../../../src/domain/histories.ts';
import type { IndicatorDefinition, MetricDefinition } from '../../../src/domain/model.ts';
import type { Timestamp } from '../../../src/domain/time.ts';
import { ruleKinds } from '../../../src/rules/index.ts';
import { Asset, makeEvent, makeModel, makeRule } from './history.ts';

/**
 * A case is a folder test/cases/rules/<kind>/<name> of rule.yaml (metrics and indicators, the rule as models have it, and
 * others with their ids that it reads), history.csv, expected.json, and the library that the rule names. A line of the
 * history is a sample (metric, value, `bad` behind it), an event (type and what it is about: `part 1000` is a component
 * with its reading, `part 1000 failed` says what the removed one was, an end for maintenance, `part/mode` for a closing, `rule {…}` for what the fleet taught it) or a tick.
 * Events that judge what lies before them are announced, as in a fold of the past.
 */
const ROOT = new URL('../../cases/rules/', import.meta.url);

interface Line {
  readonly time: string;
  readonly item: string;
  readonly value: string;
}

interface RawRule {
  readonly id?: string;
  readonly kind: string;
  readonly component?: string;
  readonly failureMode?: string;
  readonly library?: string;
}

interface Case {
  readonly metrics: readonly MetricDefinition[];
  readonly indicators?: readonly IndicatorDefinition[];
  readonly rule: RawRule;
  readonly others?: readonly RawRule[];
}

function toRule({ id, kind, component = 'part', failureMode = 'worn', ...params }: RawRule, folder: URL) {
  const histories = ruleKinds.get(kind)?.learns ? libraryOf(new URL(String(params.library), folder)) : undefined;
  const about = { id: id ?? kind, componentId: component, failureModeId: failureMode };
  return makeRule(kind, params, { ...about, ...(histories && { histories }) });
}

function libraryOf(file: URL): Histories {
  const read = readHistories(fileURLToPath(file));
  if ('histories' in read) return read.histories;
  throw new Error(read.message);
}

function run(folder: URL) {
  const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
  const { metrics, indicators = [], rule, others = [] } = parse(read('rule.yaml')) as Case;
  const rules = [rule, ...others].map((raw) => toRule(raw, folder));
  const asset = new Asset({ ...makeModel(metrics, rules), indicators });
  const lines = parseCsv(read('history.csv'), { columns: true }) as Line[];
  const events = lines.map(toEvent);
  asset.fold.announce(events.filter((event) => event !== undefined));
  lines.forEach(({ time, item, value }, at) => {
    const event = events[at];
    if (event) expect(asset.take(event), `${time} ${item}`).toBe('folded');
    else if (item === 'tick') tick(asset, Date.parse(time));
    else {
      const metric = asset.model.metricIndex.get(item)!;
      const quality = value.endsWith(' bad') ? 2 : 0;
      expect(asset.take({ metric, time: Date.parse(time), value: Number.parseFloat(value), quality })).toBe('folded');
    }
  });
  const findings = asset.findings.filter(({ ruleId }) => ruleId === (rule.id ?? rule.kind));
  return { findings: findings.map(readable), usage: asset.usage.map((day) => ({ ...day, day: date(day.day) })) };
}

function tick(asset: Asset, now: Timestamp): void {
  asset.tick(now, { silentFor: now - asset.fold.state.receivedAt });
}

function toEvent({ time, item, value }: Line, place: number): AssetEvent | undefined {
  const base = { id: `event-${place}`, at: Date.parse(time) };
  const [about = '', second, third] = value.split(/[ /]/);
  if (item === 'component-installed' || item === 'component-replaced') {
    const reading = second === undefined ? {} : { reading: Number(second) };
    const removed = item === 'component-replaced' && isCondition(third) ? { removed: third } : {};
    return makeEvent({ ...base, type: item, componentId: about, ...reading, ...removed });
  }
  if (item === 'maintenance') return makeEvent({ ...base, type: item, until: Date.parse(value) });
  if (item === 'ticket-closed') {
    return makeEvent({ ...base, type: item, componentId: about, failureModeId: second!, ticketId: base.id });
  }
  if (item === 'fleet-learned') {
    return makeEvent({ ...base, type: item, ruleId: about, reference: JSON.parse(value.slice(about.length)) });
  }
  return item === 'rules-changed' ? makeEvent({ ...base, type: item, ruleIds: [about] }) : undefined;
}

const isCondition = (word?: string): word is RemovedCondition => REMOVED_CONDITIONS.some((known) => known === word);

/** The finding with dates to read, without what every one of a case shares or what follows from the rest. */
function readable({ change, severity, start, time, componentId, failureModeId, evidence, forecast, dormant }: Finding) {
  const { kind: _, ...shown } = evidence;
  const { p10 = null, p50 = null, p90 = null } = forecast ?? {};
  const dates = forecast && mapped({ p10, p50, p90 }, (at) => at && date(at));
  return withoutNoise({
    at: date(time),
    said: `${change} ${severity}`,
    start: date(start),
    about: `${componentId}/${failureModeId}`,
    ...shown,
    ...(dates ? { forecast: dates } : {}),
    ...(dormant ? { dormant } : {}),
  });
}

function mapped<A, B>(fields: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]));
}

function date(time: Timestamp): string {
  return new Date(time).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
}

/** As JSON has it, times to read, and without the binary noise of shares. */
function withoutNoise(value: object): unknown {
  const tidy = (part: number) => (part > EARLIEST ? date(part) : Number(part.toPrecision(9)));
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'number' ? tidy(part) : part)));
}

/** Larger numbers of a case are times. */
const EARLIEST = Date.UTC(2020, 0, 1);

for (const kind of ruleKinds.keys()) {
  describe(kind, () => {
    const root = new URL(`${kind}/`, ROOT);
    it.each(readdirSync(root))('%s', (name) => {
      const folder = new URL(`${name}/`, root);
      const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as unknown;
      expect(run(folder)).toEqual(expected);
    });
  });
}

it('has no case of a kind that there is not', () => {
  expect(readdirSync(ROOT).filter((kind) => !ruleKinds.has(kind))).toEqual([]);
});
