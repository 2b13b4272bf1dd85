import type { AssetModel, MetricDefinition } from '../../src/domain/model.ts';
import type { SourceDefinition } from '../../src/domain/source.ts';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import { Fleet } from '../../src/pipeline/fleet.ts';

/** An asset model that only measures. */
export function measuringModel(id: string, metrics: readonly MetricDefinition[]): AssetModel {
  return {
    id,
    name: { en: id, zh: id },
    metrics,
    components: [],
    indicators: [],
    failureModes: [],
    rules: [],
    version: '1',
  };
}

/** A pump with one metric of each kind. */
export const PUMP = measuringModel('pump', [
  { id: 'temperature', kind: 'number', unit: '°C', range: [-40, 150] },
  { id: 'pressure', kind: 'number', unit: 'bar', range: [0, 20] },
  { id: 'hours', kind: 'number', unit: 'h' },
  { id: 'running', kind: 'state', codes: { stopped: 0, running: 1 } },
  { id: 'fault', kind: 'event', codes: { none: 0, overload: 2 } },
]);

/** A fleet of one pump. */
export function fleetOfPump(id: string): Fleet {
  const fleet = new Fleet([PUMP]);
  const common = { tier: 'standard', criticality: 'medium', registeredBy: 'file', components: {} } as const;
  fleet.add({ id, modelId: PUMP.id, siteId: 's1', ...common });
  return fleet;
}

/** A source of JSON on `acme/{site}/{asset}/telemetry` that trusts the device's clock and registers nothing. */
export function jsonSource(change: Partial<SourceDefinition> = {}): SourceDefinition {
  return {
    id: 'acme',
    topic: 'acme/{site}/{asset}/telemetry',
    codec: 'json',
    subject: 'device',
    clock: 'device',
    time: { unit: 'auto' },
    metrics: {},
    ignore: [],
    ignoreEvents: [],
    maxFuture: 5 * MINUTE,
    maxPayloadBytes: 1_000_000,
    ...change,
  };
}

export const RETENTION = 365 * DAY;
