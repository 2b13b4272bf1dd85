import { expect, it } from 'vitest';
import { TicketBook } from '../../../src/backtest/ticketBook.ts';
import { shippedModels } from '../../../src/config/installation.ts';
import { loadModels } from '../../../src/config/models.ts';
import { type Finding, findingKey } from '../../../src/domain/finding.ts';
import type { AssetModel, RuleMode } from '../../../src/domain/model.ts';
import { DAY } from '../../../src/domain/time.ts';
import type { Subject } from '../../../src/pipeline/compose.ts';
import { raise } from '../../../src/pipeline/raise.ts';

const T0 = Date.UTC(2024, 0, 1);

function raised(dormant?: Finding['dormant']): Finding {
  const finding = {
    assetId: 'asset',
    componentId: 'part',
    failureModeId: 'worn',
    ruleId: 'rule',
    ruleVersion: '1',
    change: 'raised',
    severity: 'warning',
    start: T0,
    time: T0,
    window: { from: T0, to: T0 },
    evidence: { kind: 'silence', lastHeard: T0, silentFor: 1 },
    ...(dormant && { dormant }),
  } as const;
  return { ...finding, key: findingKey(finding) };
}

/** What is recorded when a rule in this mode raises. */
async function recorded(mode: RuleMode, finding: Finding): Promise<Finding[]> {
  const book = new TicketBook();
  const made: Finding[] = [];
  const record = async (what: Finding) => {
    made.push(what);
    return undefined;
  };
  const tx = { ...book, findings: { ...book.findings, record } };
  const subject = {} as Subject;
  await raise(subject, finding, { tx, now: T0, mode, modeForOpening: async () => mode });
  return made;
}

it.each([
  undefined,
  'closed',
] as const)('records what an observed rule raises once, also folded anew: %s', async (dormant) => {
  const [made] = await recorded('observe', raised(dormant));
  expect(made).toMatchObject({ dormant: 'observed', key: `${raised().key}|observed` });
});

it('keeps what was raised before the rule counted apart from what is observed', async () => {
  expect(await recorded('observe', raised('inactive'))).toEqual([raised('inactive')]);
  expect(await recorded('live', raised('closed'))).toEqual([raised('closed')]);
});

it('tells the desk of newer evidence when the forecast moves by much, or a day has passed, and of nothing less', async () => {
  const { models } = loadModels(shippedModels()) as { models: readonly AssetModel[] };
  const model = models.find(({ components }) => components.length > 0)!;
  const component = model.components[0]!;
  const asset = { id: 'asset', siteId: 'site', criticality: 'medium', tier: 'standard' };
  const subject = { asset, model } as unknown as Subject;
  const book = new TicketBook();
  const told: string[] = [];
  const outbox = { add: async ({ event }: { readonly event: string }) => void told.push(event) };
  const tx = { ...book, outbox, findings: book.findings };
  /** `left`: until P50, from the time of the evidence, in days. */
  const hear = async (change: Finding['change'], day: number, left: number, now = T0) => {
    const time = T0 + day * DAY;
    const [p10, p50, p90] = [0.5, 1, 2].map((share) => time + share * left * DAY) as [number, number, number];
    const finding = {
      ...raised(),
      change,
      componentId: component.id,
      failureModeId: component.failureModes[0]!.id,
      time,
      window: { from: T0, to: time },
      forecast: { p10, p50, p90 },
    };
    const row = { ...finding, key: findingKey(finding) };
    await raise(subject, row, { tx, now, mode: 'live', modeForOpening: async () => 'live' });
    return told.splice(0);
  };
  expect(await hear('raised', 0, 100)).toEqual(['ticket.opened']);
  expect(await hear('updated', 1, 99)).toEqual([]);
  expect(await hear('updated', 2, 90)).toEqual([]);
  expect(await hear('updated', 3, 70)).toEqual(['ticket.updated']);
  expect(await hear('updated', 4, 68)).toEqual([]);
  expect(await hear('updated', 5, 66, T0 + DAY - 1)).toEqual([]);
  expect(await hear('updated', 6, 65, T0 + DAY)).toEqual(['ticket.updated']);
  expect(await hear('updated', 7, 64, T0 + DAY)).toEqual([]);
});
