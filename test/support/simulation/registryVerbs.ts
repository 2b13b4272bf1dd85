import type { Asset, AssetEvent, DeafInterval, DeviceBinding } from '../../../src/domain/asset.ts';
import type { Timestamp } from '../../../src/domain/time.ts';
import type { DeadLetter } from '../../../src/ports/database.ts';
import type { NewNode, NodeRow, NodesSeen } from '../../../src/ports/nodes.ts';
import type { Transaction } from './tables.ts';

export function registryVerbs(tx: Transaction) {
  const byId = (ids: readonly string[]) => ids.flatMap((id) => tx.get('assets', id) ?? []);
  const save = (assets: readonly Asset[]) => {
    for (const asset of assets) tx.set('assets', asset.id, asset);
  };
  return {
    assets: {
      save,
      saveAbsent(assets: readonly Asset[]): Asset[] {
        const known = byId(assets.map(({ id }) => id));
        save(assets.filter(({ id }) => !known.some((asset) => asset.id === id)));
        return known;
      },
      lock(ids: readonly string[]): Asset[] {
        tx.lock('registry');
        return byId(ids);
      },
      changesSince: () => ({ revision: 1, assets: tx.all('assets'), bindings: tx.all('bindings') }),
      all: () => tx.all('assets'),
      bindings: () => tx.all('bindings'),
      bind: (binding: DeviceBinding) => tx.set('bindings', binding.deviceId, binding),
    },
    events: {
      add(events: readonly AssetEvent[]): void {
        for (const event of events) if (!tx.get('events', event.id)) tx.set('events', event.id, event);
      },
      of: (assetId: string) => eventsInOrder(tx).filter((event) => event.assetId === assetId),
      all: () => eventsInOrder(tx),
      deaf: (since: Timestamp) =>
        tx
          .all('deaf')
          .filter(({ to }) => to === undefined || to > since)
          .sort((a, b) => a.from - b.from),
      saveDeaf: (interval: DeafInterval, node = '') => tx.set('deaf', `${node}|${interval.from}`, interval),
    },
    deadLetters: {
      add(letters: readonly DeadLetter[]): void {
        for (const letter of letters) if (!tx.get('deadLetters', letter.id)) tx.set('deadLetters', letter.id, letter);
      },
      prune: () => 0,
    },
    settings: {
      get: (name: string) => tx.get('settings', name)?.value,
      set: (name: string, value: unknown) => tx.set('settings', name, { value }),
      withPrefix: () => new Map(),
    },
    catalogue: { replace: () => undefined },
    /** Somebody else is at it. */
    rollups: { mark: () => undefined, claim: () => undefined, release: () => undefined },
    dailyWork: { claim: () => false },
    changes: { prune: () => undefined },
  };
}

export function nodeVerbs(tx: Transaction, now: () => Timestamp) {
  return {
    nodes: {
      join(node: NewNode): NodeRow | undefined {
        const earlier = tx.get('nodes', node.clientId);
        const at = now();
        const row = { ...node, startedAt: at, seenAt: at, listening: false, heardUntil: earlier?.heardUntil ?? at };
        tx.set('nodes', node.clientId, { ...row, retiring: false });
        return earlier;
      },
      beat(clientId: string, instance: string, listening: boolean): NodeRow | undefined {
        const known = tx.get('nodes', clientId);
        if (known?.instance !== instance) return undefined;
        const row = { ...known, seenAt: now(), listening, ...(listening && { heardUntil: now() }) };
        tx.set('nodes', clientId, row);
        return row;
      },
      list: (): NodesSeen => ({ now: now(), nodes: tx.all('nodes').sort((a, b) => (a.id < b.id ? -1 : 1)) }),
      remove(clientId: string): boolean {
        tx.set('nodes', clientId, undefined);
        return true;
      },
    },
  };
}

function eventsInOrder(tx: Transaction): AssetEvent[] {
  return tx.all('events').sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}
