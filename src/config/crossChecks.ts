import { brokers } from './brokerChecks.ts';
import { defaultNode } from './clusterSchema.ts';
import { duplicates, flaw } from './flaws.ts';
import type { Flaw } from './inspect.ts';
import { notificationChecks } from './notificationChecks.ts';
import { presence } from './presenceChecks.ts';
import { serverFlaws } from './serverChecks.ts';
import { signInChecks } from './signInChecks.ts';
import { slaChecks } from './slaChecks.ts';
import { storeChecks } from './storeChecks.ts';
import { ticketTextChecks } from './ticketTextChecks.ts';
import { listAt, valueAt } from './values.ts';

/**
 * What a schema can't say: options that contradict each other. Takes the values as written, with defaults, sound or
 * not, so that these flaws are reported together with the others.
 */
export function crossCheck(config: unknown): Flaw[] {
  return [
    ...ports(config),
    ...brokers(config),
    ...serverFlaws(config),
    ...sources(config),
    ...presence(config),
    ...sharded(config),
    ...storeChecks(config),
    ...desk(config),
    ...signInChecks(config),
    ...slaChecks(config),
    ...notificationChecks(config),
    ...ticketTextChecks(config),
  ];
}

function ports(config: unknown): Flaw[] {
  const port = valueAt(config, ['mqtt', 'port']);
  const embedded = valueAt(config, ['mqtt', 'url']) === undefined;
  if (!embedded || port === 0 || port !== valueAt(config, ['http', 'port'])) return [];
  return [flaw(['mqtt', 'port'], `must differ from http.port, which is ${port} too`)];
}

function desk(config: unknown): Flaw[] {
  const path = ['desk', 'lookupUrl'];
  const url = valueAt(config, path);
  if (typeof url !== 'string' || url.includes('{key}')) return [];
  return [flaw(path, 'must contain {key}, which stands for the episode that is looked for')];
}

function sources(config: unknown): Flaw[] {
  return duplicates(listAt(config, ['sources']), 'id', ['sources']);
}

/** Several nodes need parts that all of them reach; one node alone may be sharded on embedded parts. */
function sharded(config: unknown): Flaw[] {
  if (valueAt(config, ['assess', 'mode']) !== 'sharded') return [];
  const flaws: Flaw[] = [];
  const missing = ['database', 'store'].filter((part) => valueAt(config, [part, 'url']) === undefined);
  if (valueAt(config, ['mqtt', 'url']) !== undefined && missing.length > 0) {
    const options = missing.map((part) => `${part}.url`).join(' and ');
    flaws.push(flaw(['assess', 'mode'], `sharded needs servers that every node reaches: set ${options}`));
  }
  if (valueAt(config, ['cluster', 'node']) === undefined && defaultNode() === undefined) {
    flaws.push(flaw(['cluster', 'node'], 'must be set: the host name can not be part of a client id'));
  }
  listAt(config, ['sources']).forEach((source, index) => {
    if (valueAt(source, ['codec']) === 'sparkplug-b') {
      const why = 'sparkplug-b has sessions that one node has to see whole, and needs assess.mode inline';
      flaws.push(flaw(['sources', index, 'codec'], why));
    }
    if (valueAt(source, ['clock']) !== 'corrected') return;
    const message =
      'corrected learns from every message of a device and needs assess.mode inline: use device or receipt';
    flaws.push(flaw(['sources', index, 'clock'], message));
  });
  return flaws;
}
