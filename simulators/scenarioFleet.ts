import { machineTypes } from './machines/index.ts';
import type { Machine } from './machines/machine.ts';
import { seedOf } from './random.ts';
import {
  resolveDegradation,
  type Scenario,
  type ScenarioAsset,
  type ScenarioComponent,
  span,
} from './scenarioSchema.ts';

/** An asset as the service registers it. Times are epoch milliseconds. */
export interface FleetAsset {
  readonly id: string;
  readonly name?: string;
  readonly modelId: string;
  readonly siteId: string;
  readonly customerId: string;
  readonly tier: 'standard' | 'important' | 'strategic';
  readonly batch?: string;
  readonly serial?: string;
  readonly criticality: 'low' | 'medium' | 'high' | 'critical';
  readonly commissionedAt?: number;
  readonly contract?: { readonly kind: 'none' | 'warranty' | 'service' | 'subscription'; readonly until?: number };
  readonly registeredBy: 'file';
  readonly components: Readonly<Record<string, InstalledComponent>>;
}

interface InstalledComponent {
  readonly installedAt?: number;
  readonly installedReading?: number;
}

/** The assets of a scenario that begins at `startTime`, as they are known to the service company. */
export function scenarioAssets(scenario: Scenario, startTime: number): FleetAsset[] {
  return scenario.assets.map((asset) => {
    const customerId = scenario.sites[asset.site]!.customer;
    const { contract, commissioned } = asset;
    return {
      id: asset.id,
      ...(asset.name === undefined ? {} : { name: asset.name }),
      modelId: asset.model,
      siteId: asset.site,
      customerId,
      tier: scenario.customers[customerId]!.tier,
      ...(asset.batch === undefined ? {} : { batch: asset.batch }),
      ...(asset.serial === undefined ? {} : { serial: asset.serial }),
      criticality: asset.criticality,
      ...(commissioned === undefined ? {} : { commissionedAt: startTime + span(commissioned) }),
      ...(contract === undefined ? {} : { contract: resolveContract(contract, startTime) }),
      registeredBy: 'file',
      components: asset.installationUnknown ? {} : installedComponents(scenario, asset, startTime),
    };
  });
}

/** The machine behind one asset of a scenario that begins at `startTime`. */
export function scenarioMachine(scenario: Scenario, asset: ScenarioAsset, startTime: number): Machine {
  const site = scenario.sites[asset.site]!;
  return machineTypes.get(asset.model)!({
    id: asset.id,
    seed: seedOf(`${scenario.name}/${asset.id}`),
    start: startTime,
    initial: asset.initial ?? {},
    intensity: asset.intensity ?? 1,
    degradations: (asset.degradations ?? []).map((entry) => resolveDegradation(entry, startTime)),
    renewals: (asset.renewals ?? []).map(({ component, at }) => ({ component, at: startTime + span(at) })),
    surroundings: {
      utcOffset: span(site.utcOffset),
      meanTemperature: site.meanTemperature,
      seasonalSwing: site.seasonalSwing,
    },
  });
}

function resolveContract(contract: NonNullable<ScenarioAsset['contract']>, startTime: number) {
  const { kind, until } = contract;
  return until === undefined ? { kind } : { kind, until: startTime + span(until) };
}

function installedComponents(scenario: Scenario, asset: ScenarioAsset, startTime: number) {
  const usual = scenario.components?.[asset.model] ?? {};
  const own = asset.components ?? {};
  const ids = new Set([...Object.keys(usual), ...Object.keys(own)]);
  return Object.fromEntries([...ids].map((id) => [id, installation({ ...usual[id], ...own[id] }, asset, startTime)]));
}

function installation(entry: ScenarioComponent, asset: ScenarioAsset, startTime: number): InstalledComponent {
  const installed = entry.installed ?? asset.commissioned;
  const counted = entry.counter === undefined ? undefined : (asset.initial?.[entry.counter] ?? 0);
  return {
    ...(installed === undefined ? {} : { installedAt: startTime + span(installed) }),
    ...(counted === undefined ? {} : { installedReading: counted - (entry.used ?? counted) }),
  };
}
