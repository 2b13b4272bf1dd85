import type { Finding } from '../../../src/domain/finding.ts';
import type { AssetRecord, Run, TicketRecord } from '../../../src/evaluation/run.ts';

export function ticket(rest: Partial<TicketRecord> & Pick<TicketRecord, 'asset' | 'openedAt'>): TicketRecord {
  return {
    component: 'part',
    failureMode: 'worn',
    rule: 'rule',
    severity: 'warning',
    status: 'open',
    reopenedAt: [],
    clearedAt: [],
    ...rest,
  };
}

export function run(
  tickets: readonly TicketRecord[],
  assets: Readonly<Record<string, Partial<AssetRecord>>> = {},
): Run {
  const end = { health: 'good', values: {}, components: [], inMaintenance: false } as const;
  const records = Object.entries(assets).map(([id, record]) => {
    return [id, { findings: [], observations: [], end, ...record }] as const;
  });
  return { tickets, assets: new Map(records), refused: {} };
}

/** A finding of which a measure sees when it was made, about what and how it changed. */
export function finding(change: Finding['change'], time: number, rest: Partial<Finding> = {}): Finding {
  return {
    key: `${change}|${time}`,
    assetId: 'a',
    componentId: 'part',
    failureModeId: 'worn',
    ruleId: 'rule',
    ruleVersion: '1',
    change,
    severity: 'warning',
    start: time,
    time,
    window: { from: time, to: time },
    evidence: { kind: 'silence', lastHeard: time, silentFor: 0 },
    ...rest,
  };
}
