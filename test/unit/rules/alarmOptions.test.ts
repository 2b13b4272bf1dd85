import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/domain/finding.ts';
import { DAY, type Timestamp } from '../../../src/domain/time.ts';
import { ruleKinds } from '../../../src/rules/index.ts';
import { type Cell, OPTIONS, type Option, ROWS, type Row } from './alarmOptions.cases.ts';
import { Asset, type Item, inOrder, isEvent, makeEvent, makeModel, makeRule, T0 } from './history.ts';

const timeOf = (item: Item): Timestamp => (isEvent(item) ? item.at : item.time);

/** The findings of the rule in a history that somebody looks at so often, until some days after its end. */
function findingsOf(row: Row, params: Readonly<Record<string, unknown>>, items = row.items): Finding[] {
  const about = { id: 'rule', failureModeId: 'mode', componentId: 'part' };
  const merged = Object.entries({ ...row.params, ...params }).filter(([, value]) => value !== undefined);
  const rule = makeRule(row.kind, Object.fromEntries(merged), { ...about, histories: row.histories });
  const others = (row.others ?? []).map((other) => makeRule(other.kind, other.params, { id: other.id }));
  const model = { ...makeModel(row.metrics, [rule, ...others]), indicators: row.indicators ?? [] };
  expect(ruleKinds.get(row.kind)!.check(rule.params, model, rule)).toEqual([]);
  const asset = new Asset(model);
  const left = inOrder(items);
  const end = Math.max(...left.map(timeOf), T0) + 12 * DAY;
  for (let now = T0; now <= end; now += row.tickEvery) {
    while (left[0] && timeOf(left[0]) <= now) expect(asset.take(left.shift()!)).toBe('folded');
    asset.restore();
    asset.tick(now, { silentFor: Math.max(0, now - asset.fold.state.receivedAt) });
  }
  return asset.findings.filter(({ ruleId }) => ruleId === 'rule');
}

const NEVER = Number.POSITIVE_INFINITY;
const first = (findings: readonly Finding[], change: Finding['change']) =>
  findings.find((finding) => finding.change === change)?.time ?? NEVER;

/** What each option must do to a history, in which the rule without it does raise. */
const ACTS: Readonly<Record<Option, (given: readonly Finding[], without: readonly Finding[]) => void>> = {
  levels(given, without) {
    expect(new Set(without.map(({ severity }) => severity))).toEqual(new Set(['warning']));
    expect(given.map(({ change, severity }) => `${change} ${severity}`)).toContainEqual(
      expect.stringMatching(/^(raised|escalated) critical$/),
    );
  },
  deadband: clearsLater,
  'on-delay': raisesLater,
  'off-delay': clearsLater,
  'minimum evidence': raisesLater,
  schedule: raisesLater,
};

function raisesLater(given: readonly Finding[], without: readonly Finding[]): void {
  expect(first(without, 'raised')).toBeLessThan(NEVER);
  expect(first(given, 'raised')).toBeGreaterThan(first(without, 'raised'));
}

function clearsLater(given: readonly Finding[], without: readonly Finding[]): void {
  expect(first(given, 'raised')).toBe(first(without, 'raised'));
  expect(first(without, 'cleared')).toBeLessThan(NEVER);
  expect(first(given, 'cleared')).toBeGreaterThan(first(without, 'cleared'));
}

/** The schema of a parameter, through arrays as well. */
function schemaAt(kind: string, path: string): unknown {
  return path.split('.').reduce<unknown>((schema, name) => {
    const { properties, items } = schema as { properties?: Record<string, unknown>; items?: unknown };
    const inner = (items as { properties?: Record<string, unknown> } | undefined)?.properties;
    return (properties ?? inner)?.[name];
  }, ruleKinds.get(kind)!.params);
}

const nameOf = ({ kind, indicators }: Row) => (indicators ? `${kind} of an expression` : kind);

it('has a row for each kind of rule', () => {
  expect(new Set(ROWS.map(({ kind }) => kind))).toEqual(new Set(ruleKinds.keys()));
});

describe.each(ROWS.map((row) => [nameOf(row), row] as const))('%s', (_, row) => {
  it.each(OPTIONS)('has %s', (option) => {
    const cell: Cell = row.cells[option];
    if (cell.param) expect(schemaAt(row.kind, cell.param)).toBeDefined();
    const given = findingsOf(row, cell.with, cell.items);
    ACTS[option](given, findingsOf(row, cell.without ?? {}, cell.itemsWithout ?? cell.items));
  });

  it('is raised and cleared in maintenance only when that is over', () => {
    const raised = first(findingsOf(row, {}), 'raised');
    const until = raised + DAY;
    const maintenance = makeEvent({ id: 'm', type: 'maintenance', at: T0 + 1, until });
    const muted = findingsOf(row, {}, [...row.items, maintenance]);
    expect(raised).toBeLessThan(NEVER);
    expect(muted.filter(({ time }) => time < until)).toEqual([]);
  });
});

it('has them all in the table of the documentation', () => {
  const text = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  const from = lines.findIndex((line) => line.includes('| minimum evidence |'));
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  expect(cells(lines[from]!)).toEqual(['kind', ...OPTIONS]);
  const rows = ROWS.filter(({ indicators }) => !indicators);
  const table = lines.slice(from + 2, from + 2 + rows.length).map(cells);
  const name = (param: string | undefined) => (param ? `\`${param}\`` : 'date of installation');
  expect(table).toEqual(rows.map((row) => [row.kind, ...OPTIONS.map((option) => name(row.cells[option].param))]));
});
