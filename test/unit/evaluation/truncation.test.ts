import { describe, expect, it } from 'vitest';
import { readEngineFleet } from '../../../simulators/datasets/cmapss.ts';
import { type DataSet, isReplacement, type Reading } from '../../../simulators/datasets/dataset.ts';
import { readToolWear } from '../../../simulators/datasets/toolWear.ts';
import type { ComponentInstalledEvent } from '../../../src/domain/asset.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import { MINUTE, type Timestamp } from '../../../src/domain/time.ts';
import { HistoryFold } from '../../../src/pipeline/historyFold.ts';
import type { CompiledModel } from '../../../src/rules/model.ts';
import { noFault } from '../../support/faults.ts';
import { shippedModels } from '../simulators/foldScenario.ts';

interface Output {
  readonly findings: readonly Finding[];
  /** What each rule said after each instant. */
  readonly views: readonly string[];
}

/** Folds what a device said until a time; `replacedAt` is an event that lies where the test puts it. */
function foldUntil(
  data: DataSet,
  asset: string,
  model: CompiledModel,
  until: Timestamp,
  replacedAt?: Timestamp,
): Output {
  const views: string[] = [];
  const fold = new HistoryFold({
    assetId: asset,
    model,
    events: replacedAt === undefined || replacedAt > until ? [] : [replacement(asset, model, replacedAt)],
    tickEvery: 15 * MINUTE,
    faults: { add: noFault },
    onInstant: (time, state) => {
      const said = model.rules.map((rule, at) => rule.view?.(state.rules[at], time));
      views.push(JSON.stringify([time, said]));
    },
  });
  for (const item of data.items) {
    if (item.asset === asset && !isReplacement(item) && item.time <= until) takeReading(fold, model, item);
  }
  return { findings: fold.finish().findings, views };
}

function takeReading(fold: HistoryFold, model: CompiledModel, { asset, time, values }: Reading): void {
  for (const { id: metricId } of model.model.metrics) {
    const value = values[metricId];
    if (typeof value === 'number') fold.take({ assetId: asset, metricId, time, value, quality: 0, receivedAt: time });
  }
}

function replacement(assetId: string, model: CompiledModel, at: Timestamp): ComponentInstalledEvent {
  const componentId = model.model.components[0]!.id;
  return { id: 'replaced', type: 'component-replaced', assetId, componentId, at, recordedAt: at, by: 'test' };
}

const SETS = [
  ['tool-wear', readToolWear('test/cases/flow/tool_wear'), 'milling-machine-1', 'milling-machine'],
  ['cmapss', readEngineFleet('test/cases/flow/cmapss/train_FD001.txt'), 'engine-39', 'turbofan'],
] as const;

describe.each(SETS)('cutting off the future of %s', (_, data, asset, modelId) => {
  const model = shippedModels().get(modelId)!;
  const times = data.items.filter((item) => item.asset === asset).map(({ time }) => time);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))]!;
  const whole = foldUntil(data, asset, model, at(1), at(0.9));

  it('has something to find', () => {
    expect(whole.findings.length).toBeGreaterThan(1);
    expect(whole.views).toHaveLength(times.length);
  });

  it.each([
    0.2, 0.5, 0.75, 0.89, 0.9, 0.91, 0.95, 1,
  ])('changes nothing of what was said before, at %f of the time', (share) => {
    const cut = foldUntil(data, asset, model, at(share), at(0.9));
    expect(cut.views).toEqual(whole.views.slice(0, cut.views.length));
    expect(cut.views).toHaveLength(times.filter((time) => time <= at(share)).length);
    expect(cut.findings).toEqual(whole.findings.filter(({ time }) => time <= at(share)));
  });

  it('would show if it did: another past gives other findings', () => {
    const other = foldUntil(data, asset, model, at(1), at(0.2));
    expect([other.views, other.findings]).not.toEqual([whole.views, whole.findings]);
  });
});
