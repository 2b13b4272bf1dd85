import { type Asset, type AssetEvent, type DeviceBinding, isInstallation } from '../domain/asset.ts';
import { ID_FORM, isValidId } from '../domain/ids.ts';
import type { Actor, NewAssetEvent } from '../domain/request.ts';
import { NotFoundError, UnacceptableError } from '../errors.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import type { Assessment } from './assessment.ts';
import type { Fleet } from './fleet.ts';
import type { Outcomes } from './outcomes.ts';
import type { Registration } from './registration.ts';
import { checkReplacement } from './replacement.ts';
import { withAge } from './serialisedParts.ts';
import { recordEvent } from './ticketClosing.ts';
import type { Tracked } from './tracked.ts';

export interface AssetWorkParts {
  readonly database: Database;
  readonly fleet: Fleet;
  readonly store: Pick<TimeSeriesStore, 'buckets'>;
  readonly registration: Registration;
  readonly assessment: Pick<Assessment, 'event'>;
  readonly outcomes: Pick<Outcomes, 'score'>;
  readonly clock: Clock;
}

interface Problem {
  readonly path: string;
  readonly message: string;
}

/** What people do with assets: register them, bind devices, say what happened to them. */
export class AssetWork {
  readonly #parts: AssetWorkParts;

  constructor(parts: AssetWorkParts) {
    this.#parts = parts;
  }

  /** Registers or replaces all of them and binds the devices, or nothing. */
  async save(assets: readonly Asset[], by: Actor, bindings: readonly DeviceBinding[] = []): Promise<void> {
    const alone = assets.length === 1 && bindings.length === 0;
    const added = new Set(assets.map(({ id }) => id));
    const problems = [
      ...assets.flatMap((asset, at) => this.#check(asset, alone ? '' : `/assets/${at}`)),
      ...bindings.flatMap((binding, at) => this.#checkBinding(binding, added, `/bindings/${at}`)),
    ];
    if (problems.length > 0) throw nothingDone('nothing was registered', problems);
    const events = await this.#parts.registration.save(assets, by.name, bindings);
    events.sort((a, b) => a.at - b.at);
    for (const event of events) this.#parts.assessment.event(this.#parts.fleet.get(event.assetId)!, event);
  }

  async bind(binding: DeviceBinding): Promise<void> {
    if (!this.#parts.fleet.get(binding.assetId)) throw new NotFoundError(`no asset '${binding.assetId}' is registered`);
    const problems = this.#checkBinding(binding, new Set(), '');
    if (problems.length > 0) throw nothingDone('the device was not bound', problems);
    await this.#parts.registration.bind(binding);
  }

  /** Records what happened, now or in the past; the asset's state is folded anew from then on. */
  async addEvent(assetId: string, said: NewAssetEvent, by: Actor): Promise<AssetEvent> {
    const { database, fleet, assessment, clock } = this.#parts;
    const tracked = fleet.get(assetId);
    if (!tracked) throw new NotFoundError(`no asset '${assetId}' is registered`);
    const now = clock.now();
    await this.#checkEvent(tracked, said, now);
    const entered: AssetEvent = { id: newId(now), assetId, recordedAt: now, by: by.name, ...said };
    const { store } = this.#parts;
    const event = isInstallation(entered) ? await withAge(entered, { events: database.events, fleet, store }) : entered;
    await database.transaction(async (tx) => {
      await recordEvent(tx, event);
      if (isInstallation(event)) await this.#parts.outcomes.score(tx, event);
    });
    assessment.event(tracked, event);
    return event;
  }

  #check(asset: Asset, at: string): Problem[] {
    const problems: Problem[] = [];
    for (const [field, id] of [
      ['id', asset.id],
      ['siteId', asset.siteId],
    ] as const) {
      if (!isValidId(id))
        problems.push({ path: `${at}/${field}`, message: `'${id}' can't be an id: an id has ${ID_FORM}` });
    }
    const model = this.#parts.fleet.model(asset.modelId)?.model;
    if (!model) {
      const known = this.#parts.fleet.models.map((compiled) => compiled.model.id).join(', ');
      problems.push({ path: `${at}/modelId`, message: `no model '${asset.modelId}'; there are ${known}` });
      return problems;
    }
    const before = this.#parts.fleet.get(asset.id)?.asset.modelId;
    if (before !== undefined && before !== model.id) {
      problems.push({
        path: `${at}/modelId`,
        message: `asset ${asset.id} is a ${before} and stays one; register another asset`,
      });
      return problems;
    }
    for (const id of Object.keys(asset.components)) {
      if (model.components.some((component) => component.id === id)) continue;
      const known = model.components.map((component) => component.id).join(', ') || 'none';
      problems.push({
        path: `${at}/components/${id}`,
        message: `model ${model.id} has no component '${id}'; it has ${known}`,
      });
    }
    return problems;
  }

  /** @param added ids of assets that are registered with it. */
  #checkBinding({ deviceId, assetId, from, to }: DeviceBinding, added: ReadonlySet<string>, at: string): Problem[] {
    const problems: Problem[] = [];
    if (!isValidId(deviceId)) {
      problems.push({ path: `${at}/deviceId`, message: `'${deviceId}' can't be an id: an id has ${ID_FORM}` });
    }
    if (!added.has(assetId) && !this.#parts.fleet.get(assetId)) {
      problems.push({ path: `${at}/assetId`, message: `device ${deviceId}: no asset '${assetId}' is registered` });
    }
    if (to !== undefined && to <= from) {
      problems.push({ path: `${at}/to`, message: `device ${deviceId}: to must be later than from` });
    }
    return problems;
  }

  async #checkEvent(tracked: Tracked, said: NewAssetEvent, now: number): Promise<void> {
    if (said.type === 'maintenance') {
      if (said.until !== undefined && said.until <= said.at) throw unacceptable('/until', 'must be later than at');
      return;
    }
    const { components, id: modelId } = tracked.model;
    if (!components.some(({ id }) => id === said.componentId)) {
      const known = components.map(({ id }) => id).join(', ');
      throw unacceptable('/componentId', `model ${modelId} has no component '${said.componentId}'; it has ${known}`);
    }
    await checkReplacement(tracked, said.componentId, said, now, this.#parts.store);
  }
}

function nothingDone(result: string, problems: readonly Problem[]): UnacceptableError {
  const [first, ...others] = problems;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return new UnacceptableError(`${result}: ${first?.message}${more}`, problems);
}

function unacceptable(path: string, message: string): UnacceptableError {
  return new UnacceptableError(message, [{ path, message }]);
}
