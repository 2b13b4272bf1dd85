import { isDeepStrictEqual } from 'node:util';
import type { Asset, AssetEvent, ComponentInstalledEvent, DeviceBinding } from '../domain/asset.ts';
import { WHOLE_ASSET } from '../domain/ids.ts';
import type { AssetModel } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import { ConflictError } from '../errors.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { Fleet } from './fleet.ts';
import { type Notes, noteOfEvent } from './notes.ts';
import type { RegistryNote } from './registryNotes.ts';
import { withAge } from './serialisedParts.ts';

/** Keeps the fleet in memory and the registry in the database the same. */
export class Registration {
  readonly #fleet: Fleet;
  readonly #database: Database;
  readonly #clock: Clock;
  /** Up to which the registry is in the fleet. */
  #revision = 0;
  readonly #noteNew: boolean;
  readonly #uncommissioned = new Set<string>();
  readonly #notes: Pick<Notes<RegistryNote>, 'add'>;

  /** `noteNew`: whether events of new assets are noted too, since nobody has their states in hand. */
  constructor(
    fleet: Fleet,
    database: Database,
    notes: Pick<Notes<RegistryNote>, 'add'>,
    clock: Clock,
    noteNew = false,
  ) {
    this.#noteNew = noteNew;
    this.#notes = notes;
    this.#fleet = fleet;
    this.#database = database;
    this.#clock = clock;
  }

  /** Takes over what the database knows, or what has changed there; assets whose model is gone are returned and left out. */
  async refresh(): Promise<Asset[]> {
    const { revision, assets, bindings } = await this.#database.assets.changesSince(this.#revision);
    for (const asset of assets) if (this.#fleet.model(asset.modelId)) this.#fleet.add(asset);
    if (bindings) this.#fleet.setBindings(bindings);
    this.#revision = revision;
    return assets.filter(({ modelId }) => !this.#fleet.model(modelId));
  }

  /** Makes assets durable that announced themselves: before their first samples are. */
  async saveAnnounced(): Promise<void> {
    const batch = this.#fleet.takeUnsaved();
    try {
      await this.#notes.add(batch.map(({ asset }) => ({ asset })));
    } catch (error) {
      this.#fleet.giveBackUnsaved(batch);
      throw error;
    }
  }

  /** Those of the assets that differ from what is registered. */
  changed(assets: readonly Asset[]): Asset[] {
    return assets.filter((asset) => !isDeepStrictEqual(this.#fleet.get(asset.id)?.asset, asset));
  }

  /**
   * Assets whose model has come to service them as a whole since they were registered: their commissioning, which that is
   * counted from, is not among their events.
   */
  async uncommissioned(): Promise<Asset[]> {
    const serviced = [...this.#fleet.all()].filter(({ model }) => isServicedAsAWhole(model));
    if (serviced.length === 0) return [];
    const told = new Set(await this.#database.events.assetsWith(WHOLE_ASSET));
    const missing = serviced.filter(({ asset }) => asset.commissionedAt !== undefined && !told.has(asset.id));
    for (const { asset } of missing) this.#uncommissioned.add(asset.id);
    return missing.map(({ asset }) => asset);
  }

  /**
   * Registers or replaces assets, durably, with the installation events that their data imply, and binds devices: all or
   * nothing. The events are for the caller to fold.
   */
  async save(assets: readonly Asset[], by: string, bindings: readonly DeviceBinding[] = []): Promise<AssetEvent[]> {
    const seen = this.#revision;
    const { events, bound } = await this.#database.transaction(async (tx) => {
      const stored = new Map((await tx.assets.lock(assets.map(({ id }) => id))).map((asset) => [asset.id, asset]));
      for (const asset of assets) refuseOtherModel(asset, stored.get(asset.id));
      const bare = assets.flatMap((asset) => this.#installationEvents(asset, stored.get(asset.id), by));
      const implied: AssetEvent[] = [];
      for (const event of bare) implied.push(await withAge(event, { events: tx.events, fleet: this.#fleet }));
      const noted = this.#noteNew
        ? implied
        : implied.filter(({ assetId }) => stored.has(assetId) || this.#fleet.get(assetId) !== undefined);
      await tx.assets.save(assets);
      await tx.events.add(implied);
      await tx.states.note(noted.map(noteOfEvent));
      for (const binding of bindings) await tx.assets.bind(binding);
      return { events: implied, bound: bindings.length === 0 ? undefined : await tx.assets.bindings() };
    });
    for (const asset of assets) {
      this.#fleet.add(asset);
      this.#uncommissioned.delete(asset.id);
    }
    if (bound) this.#fleet.setBindings(bound);
    // Another node may have changed them since, and that may be here already: the next refresh looks again.
    this.#revision = Math.min(this.#revision, seen);
    return events;
  }

  async bind(binding: DeviceBinding): Promise<void> {
    await this.#database.assets.bind(binding);
    this.#fleet.setBindings(await this.#database.assets.bindings());
  }

  /** What the asset's data say of its components, as far as it differs from what was known. */
  #installationEvents(asset: Asset, known: Asset | undefined, by: string): ComponentInstalledEvent[] {
    const model = this.#fleet.model(asset.modelId)!.model;
    const now = this.#clock.now();
    const places = model.components.map(({ id }) => id);
    if (isServicedAsAWhole(model)) places.push(WHOLE_ASSET);
    return places.flatMap((componentId): ComponentInstalledEvent[] => {
      const installed = installationOf(asset, componentId);
      if (!installed) return [];
      const isNews = componentId === WHOLE_ASSET && this.#uncommissioned.has(asset.id);
      if (known && !isNews && same(installed, installationOf(known, componentId))) return [];
      return [
        {
          // However many nodes find that it is missing, it is told once.
          id: known && isNews ? `commissioned|${asset.id}|${installed.at}` : newId(),
          type: 'component-installed',
          assetId: asset.id,
          componentId,
          at: installed.at,
          recordedAt: now,
          by,
          ...(installed.reading === undefined ? {} : { reading: installed.reading }),
          ...(installed.serial === undefined ? {} : { serial: installed.serial }),
        },
      ];
    });
  }
}

function refuseOtherModel({ id, modelId }: Asset, stored: Asset | undefined): void {
  if (stored === undefined || stored.modelId === modelId) return;
  throw new ConflictError(`asset ${id} is a ${stored.modelId} and stays one; register another asset`);
}

/** Whether something of the asset as a whole comes due, which is counted from its commissioning. */
function isServicedAsAWhole({ servicePlans = [] }: AssetModel): boolean {
  return servicePlans.some(({ componentId }) => componentId === WHOLE_ASSET);
}

interface Installation {
  readonly at: Timestamp;
  readonly reading?: number;
  readonly serial?: string;
}

/** When and at which reading a component went in; undefined when unknown. A new asset's counters start at 0. */
function installationOf(asset: Asset, componentId: string): Installation | undefined {
  if (componentId === WHOLE_ASSET)
    return asset.commissionedAt === undefined ? undefined : { at: asset.commissionedAt, reading: 0 };
  const said = asset.components[componentId];
  const at = said?.installedAt;
  if (at === undefined) {
    if (said?.installedReading === undefined) return undefined;
    return { at: asset.commissionedAt ?? 0, reading: said.installedReading, serial: said.serial };
  }
  const fromNew = asset.commissionedAt !== undefined && at <= asset.commissionedAt;
  return { at, reading: said?.installedReading ?? (fromNew ? 0 : undefined), serial: said?.serial };
}

function same(a: Installation, b: Installation | undefined): boolean {
  return b !== undefined && a.at === b.at && a.reading === b.reading && a.serial === b.serial;
}
