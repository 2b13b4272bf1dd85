import { machineTypes } from './machines/index.ts';
import { resolveDegradation, type Scenario, type ScenarioAsset, span } from './scenarioSchema.ts';

/** A mistake at a place of the file. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What the schema can't express: references, times out of order, what the machines can simulate. */
export function checkMeaning(scenario: Scenario): Problem[] {
  const problems: Problem[] = [];
  const mustBe = (path: Problem['path'], name: string, known: Iterable<string>) => {
    const names = [...known];
    if (!names.includes(name)) problems.push({ path, message: `no '${name}' here; there are ${names.join(', ')}` });
  };
  if (span(scenario.history) <= 0) problems.push({ path: ['history'], message: 'must be positive' });
  if (span(scenario.livePeriod) <= 0 || span(scenario.samplePeriod) % span(scenario.livePeriod) !== 0) {
    problems.push({ path: ['samplePeriod'], message: `must be a multiple of livePeriod (${scenario.livePeriod})` });
  }
  for (const [id, site] of Object.entries(scenario.sites)) {
    mustBe(['sites', id, 'customer'], site.customer, Object.keys(scenario.customers));
  }
  const seen = new Set<string>();
  scenario.assets.forEach((asset, index) => {
    const path = ['assets', index];
    if (seen.has(asset.id)) problems.push({ path: [...path, 'id'], message: `'${asset.id}' is there twice` });
    seen.add(asset.id);
    mustBe([...path, 'site'], asset.site, Object.keys(scenario.sites));
    mustBe([...path, 'model'], asset.model, machineTypes.keys());
    problems.push(...checkTimes(asset, path), ...checkMachine(asset, path));
  });
  return problems;
}

function checkTimes(asset: ScenarioAsset, path: Problem['path']): Problem[] {
  const commissioned = span(asset.commissioned ?? '0s');
  return Object.entries(asset.components ?? {}).flatMap(([id, { installed }]) =>
    installed !== undefined && span(installed) < commissioned
      ? [{ path: [...path, 'components', id, 'installed'], message: 'lies before the commissioning' }]
      : [],
  );
}

/** The machine itself says which failure modes it knows and which times go together. */
function checkMachine(asset: ScenarioAsset, path: Problem['path']): Problem[] {
  const create = machineTypes.get(asset.model);
  if (!create) return [];
  return (asset.degradations ?? []).flatMap((degradation, index): Problem[] => {
    try {
      create({ id: asset.id, seed: 0, start: 0, degradations: [resolveDegradation(degradation, 0)] });
      return [];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return [{ path: [...path, 'degradations', index], message: error.message }];
    }
  });
}
