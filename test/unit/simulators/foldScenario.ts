import { loadScenario } from '../../../simulators/scenario.ts';
import { scenarioAssets, scenarioMachine } from '../../../simulators/scenarioFleet.ts';
import { type Scenario, span } from '../../../simulators/scenarioSchema.ts';
import { loadModels } from '../../../src/config/models.ts';
import type { AssetEvent } from '../../../src/domain/asset.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import { Fold } from '../../../src/rules/fold.ts';
import { type CompiledModel, compileModel } from '../../../src/rules/model.ts';
import { initState } from '../../../src/rules/state.ts';
import { noFault } from '../../support/faults.ts';

/** The shipped models, compiled, by id. */
export function shippedModels(): Map<string, CompiledModel> {
  const loaded = loadModels('models');
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems, null, 1));
  return new Map(loaded.models.map((model) => [model.id, compileModel(model)]));
}

export const shippedScenario = (name: string): Scenario => loadScenario(`simulators/scenarios/${name}.yaml`);

/** Folds the history of a whole scenario as the service would, and gives the findings in order of time. */
export function foldScenario(scenario: Scenario, startTime: number): Finding[] {
  const models = shippedModels();
  const findings: Finding[] = [];
  scenarioAssets(scenario, startTime).forEach((asset, index) => {
    const entry = scenario.assets[index]!;
    const model = models.get(asset.modelId)!;
    const fold = new Fold(asset.id, model, initState(model), {
      finding: (finding) => findings.push(finding),
      usage: () => undefined,
      fault: noFault,
    });
    for (const event of installations(asset)) fold.event(event);
    const machine = scenarioMachine(scenario, entry, startTime);
    const period = span(scenario.samplePeriod);
    for (let time = startTime + period; time <= startTime + span(scenario.history); time += period) {
      machine.advance(time);
      if (time >= startTime + span(entry.connected ?? '0s')) foldValues(fold, model, time, machine.values());
    }
  });
  return findings.sort((a, b) => a.time - b.time);
}

export function foldValues(fold: Fold, model: CompiledModel, time: number, values: Record<string, number>): void {
  for (const [metric, value] of Object.entries(values)) {
    const index = model.metricIndex.get(metric);
    if (index === undefined) throw new Error(`${model.model.id} has no metric ${metric}`);
    const [low, high] = model.model.metrics[index]!.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    if (!(value >= low && value <= high)) throw new Error(`${metric} ${value} is not within ${low} to ${high}`);
    fold.sample(index, time, value, 0, time);
  }
}

function installations(asset: ReturnType<typeof scenarioAssets>[number]): AssetEvent[] {
  const events = Object.entries(asset.components).map(([componentId, { installedAt, installedReading }]) => ({
    type: 'component-installed' as const,
    id: componentId,
    assetId: asset.id,
    componentId,
    at: installedAt!,
    recordedAt: installedAt!,
    by: 'scenario',
    ...(installedReading === undefined ? {} : { reading: installedReading }),
  }));
  return events.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}
