import { Value } from 'typebox/value';
import type { Asset, DeviceBinding, Registration } from '../domain/asset.ts';
import type { AssetModel } from '../domain/model.ts';
import { AssetSchema, type RawAsset } from './assetSchema.ts';
import { complete, decode } from './complete.ts';
import { type Flaw, inspect, isMap } from './inspect.ts';
import { suggestion } from './nearest.ts';
import type { Path } from './problem.ts';
import { valueAt } from './values.ts';

/** Assets and which devices speak for them. */
export interface AssetList {
  readonly assets: readonly Asset[];
  readonly bindings: readonly DeviceBinding[];
}

/** An asset as written; `path` leads to it in its file. */
export interface AssetEntry {
  readonly raw: unknown;
  readonly path: Path;
}

/** Judges assets as written, with all flaws at once; what is sound is built. */
export function buildAssets(
  entries: readonly AssetEntry[],
  models: readonly AssetModel[],
  registeredBy: Registration,
): AssetList & { flaws: readonly Flaw[] } {
  const flaws: Flaw[] = [];
  const sound: { path: Path; raw: RawAsset }[] = [];
  for (const { raw: written, path } of entries) {
    const raw = complete(AssetSchema, written);
    flaws.push(...inspect(AssetSchema, raw, path), ...referenceFlaws(raw, path, models));
    if (Value.Check(AssetSchema, raw)) sound.push({ path, raw: decode(AssetSchema, raw) });
  }
  flaws.push(...repeated(entries), ...bindingFlaws(sound));
  return {
    assets: sound.map(({ raw }) => toAsset(raw, registeredBy)),
    bindings: sound.flatMap(({ raw }) => toBindings(raw)),
    flaws,
  };
}

function referenceFlaws(raw: unknown, path: Path, models: readonly AssetModel[]): Flaw[] {
  const modelId = valueAt(raw, ['model']);
  if (typeof modelId !== 'string') return [];
  const model = models.find((candidate) => candidate.id === modelId);
  if (!model) {
    const known = models.map((candidate) => candidate.id);
    return [
      { path: [...path, 'model'], message: `there is no model '${modelId}'${suggestion(modelId, known)}`, on: 'value' },
    ];
  }
  const components = valueAt(raw, ['components']);
  const known = model.components.map((component) => component.id);
  return Object.keys(isMap(components) ? components : {})
    .filter((id) => !known.includes(id))
    .map((id) => ({
      path: [...path, 'components', id],
      message: `model '${modelId}' has no component '${id}'${suggestion(id, known)}`,
      on: 'key',
    }));
}

function repeated(entries: readonly AssetEntry[]): Flaw[] {
  const seen = new Set<unknown>();
  return entries.flatMap(({ raw, path }) => {
    const id = valueAt(raw, ['id']);
    if (id === undefined) return [];
    if (seen.has(id))
      return [
        { path: [...path, 'id'], message: `'${id}' is there twice; each must have its own`, on: 'value' as const },
      ];
    seen.add(id);
    return [];
  });
}

/** A device speaks for one asset at a time, and its bindings end after they begin. */
function bindingFlaws(assets: readonly { path: Path; raw: RawAsset }[]): Flaw[] {
  const flaws: Flaw[] = [];
  const byDevice = new Map<string, { assetId: string; from: number; to: number }[]>();
  for (const { raw, path } of assets) {
    for (const [index, device] of raw.devices.entries()) {
      const at = [...path, 'devices', index];
      const binding = { assetId: raw.id, from: device.from ?? 0, to: device.to ?? Number.POSITIVE_INFINITY };
      const others = byDevice.get(device.id) ?? [];
      const other = others.find((one) => binding.from < one.to && one.from < binding.to);
      if (binding.to <= binding.from) {
        flaws.push({ path: [...at, 'to'], message: 'must be later than from', on: 'value' });
      } else if (other) {
        const message = `device '${device.id}' speaks for asset '${other.assetId}' in that time already; end one binding with to before the next begins with from`;
        flaws.push({ path: at, message, on: 'value' });
      }
      byDevice.set(device.id, [...others, binding]);
    }
  }
  return flaws;
}

function toAsset(raw: RawAsset, registeredBy: Registration): Asset {
  const { model, site, customer, devices: _, ...rest } = raw;
  return {
    ...rest,
    modelId: model,
    siteId: site,
    ...(customer === undefined ? {} : { customerId: customer }),
    registeredBy,
  };
}

function toBindings(raw: RawAsset): DeviceBinding[] {
  return raw.devices.map(({ id, from, to }) => ({
    deviceId: id,
    assetId: raw.id,
    from: from ?? 0,
    ...(to === undefined ? {} : { to }),
  }));
}
