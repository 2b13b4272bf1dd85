import { describe, expect, it } from 'vitest';
import { shippedModels } from '../../../src/config/installation.ts';
import { loadModels } from '../../../src/config/models.ts';
import type { Evidence } from '../../../src/domain/evidence/index.ts';
import { type Finding, findingKey } from '../../../src/domain/finding.ts';
import type { AssetModel } from '../../../src/domain/model.ts';
import { HOUR } from '../../../src/domain/time.ts';
import { composeTicket, type Subject } from '../../../src/pipeline/compose.ts';

const T0 = Date.UTC(2026, 0, 1, 8);
const { models } = loadModels(shippedModels()) as { models: readonly AssetModel[] };
const faults = models.flatMap((model) =>
  model.metrics.flatMap((metric) => (metric.kind === 'event' ? [{ model, metric }] : [])),
);

const faultsSeen = (metricId: string, codes: readonly string[]): Evidence => ({
  ...{ kind: 'event', metricId, codes, count: 3, limit: 3, within: HOUR, last: T0 },
});

/** A ticket on a model's first component. */
function ticketOn(model: AssetModel, evidence: Evidence) {
  const component = model.components[0]!;
  const asset = { id: 'a', siteId: 's', criticality: 'medium', tier: 'standard' };
  const finding = {
    assetId: 'a',
    componentId: component.id,
    failureModeId: component.failureModes[0]!.id,
    ruleId: 'repeated-faults',
    ruleVersion: '1',
    change: 'raised',
    severity: 'warning',
    start: T0,
    time: T0,
    window: { from: T0, to: T0 },
    evidence,
  } as const;
  const whole: Finding = { ...finding, key: findingKey(finding) };
  return composeTicket({ asset, model } as unknown as Subject, whole, { mode: 'live', now: T0 });
}

describe('fault codes of the models that come with Fettle', () => {
  it.each(
    faults.map(({ model, metric }) => [model.id, metric.id, { model, metric }] as const),
  )('say what they mean on tickets: %s, %s', (_model, _metric, { model, metric }) => {
    const { texts = {}, codes = {} } = metric;
    const symbols = Object.keys(codes).filter((symbol) => symbol !== 'none');
    expect(Object.keys(texts)).toEqual(symbols);
    const { summary } = ticketOn(model, faultsSeen(metric.id, symbols));
    for (const { en, zh, check } of Object.values(texts)) {
      expect(summary.en).toContain(`(${en})`);
      expect(summary.zh).toContain(`（${zh}）`);
      if (check)
        expect([summary.en, summary.zh]).toEqual([
          expect.stringContaining(check.en),
          expect.stringContaining(check.zh),
        ]);
    }
  });

  it('reads as one sentence', () => {
    const { summary } = ticketOn(
      models.find(({ id }) => id === 'screw-compressor')!,
      faultsSeen('fault', ['motor-overload']),
    );
    expect(summary.en).toContain(
      'Fault code: motor-overload (the motor drew more than it may, and was switched off), 3 times within 1 h, last at ' +
        '2026-01-01 08:00 UTC. Check: current of each phase; pressure setting; whether the air end turns freely.',
    );
  });

  it('say it on tickets of rules that meet, too', () => {
    const model = models.find(({ id }) => id === 'production-machine')!;
    const met = ['voltage-unusual', 'error1-reported'].map((ruleId) => ({ ruleId, from: T0, until: null }));
    const { summary } = ticketOn(model, { kind: 'composite', need: 2, of: 2, within: 0, met });
    expect(summary.en).toContain(
      'voltage-unusual since 2026-01-01 08:00 UTC; ' +
        'error1-reported (Error 1: the power unit may be about to fail) since 2026-01-01 08:00 UTC.',
    );
    expect(summary.zh).toContain('error1-reported（错误1：电源单元可能即将失效） 自');
  });
});
