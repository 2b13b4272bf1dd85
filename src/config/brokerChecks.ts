import { MAIN_BROKER } from './brokers.ts';
import { duplicates, flaw } from './flaws.ts';
import type { Flaw } from './inspect.ts';
import type { Path } from './problem.ts';
import { listAt, valueAt } from './values.ts';

const MAIN: Path = ['mqtt'];
const FURTHER: Path = ['mqtt', 'brokers'];

/** What contradicts in the options of brokers, and between them and the sources. */
export function brokers(config: unknown): Flaw[] {
  const further = listAt(config, FURTHER);
  const places = [MAIN, ...further.map((_, index) => [...FURTHER, index])];
  return [
    ...places.flatMap((place) => login(config, place)),
    ...names(further),
    ...mainBroker(config, further),
    ...sharedClients(config, places),
    ...sourcesOf(config, further),
  ];
}

function login(config: unknown, place: Path): Flaw[] {
  const both = has(config, place, 'password') && has(config, place, 'passwordFile');
  return [
    ...needs(config, place, 'certFile', 'keyFile'),
    ...needs(config, place, 'keyFile', 'certFile'),
    ...needs(config, place, 'password', 'username'),
    ...needs(config, place, 'passwordFile', 'username'),
    ...(both ? [flaw([...place, 'passwordFile'], 'is there beside password; set one of the two')] : []),
    ...['caFile', 'certFile'].flatMap((option) => tlsOnly(config, place, option)),
  ];
}

function needs(config: unknown, place: Path, option: string, other: string): Flaw[] {
  if (!has(config, place, option) || has(config, place, other)) return [];
  const name = place.length === 1 ? `mqtt.${other}` : other;
  return [flaw([...place, option], `needs ${name} as well`)];
}

/** Certificates that would not be used: the connection would be open to everyone on the way. */
function tlsOnly(config: unknown, place: Path, option: string): Flaw[] {
  const url = valueAt(config, [...place, 'url']);
  if (!has(config, place, option) || typeof url !== 'string' || !/^(mqtt|ws):/.test(url)) return [];
  return [flaw([...place, option], 'needs a url with mqtts:// or wss://; the one given is without TLS')];
}

function names(further: readonly unknown[]): Flaw[] {
  const main = further.findIndex((broker) => valueAt(broker, ['id']) === MAIN_BROKER);
  const reserved =
    main < 0 ? [] : [flaw([...FURTHER, main, 'id'], `'${MAIN_BROKER}' is the broker of mqtt.url; choose another id`)];
  return [...reserved, ...duplicates(further, 'id', FURTHER)];
}

function mainBroker(config: unknown, further: readonly unknown[]): Flaw[] {
  if (further.length === 0 || has(config, MAIN, 'url')) return [];
  return [flaw(FURTHER, 'needs mqtt.url as well: further brokers come beside the one named there')];
}

/** Two clients with one id at one broker throw each other out. */
function sharedClients(config: unknown, places: readonly Path[]): Flaw[] {
  const seen = new Set<string>();
  return places.flatMap((place) => {
    const url = valueAt(config, [...place, 'url']);
    if (typeof url !== 'string') return [];
    const clientId = valueAt(config, [...place, 'clientId']) ?? valueAt(config, ['mqtt', 'clientId']);
    const key = `${url} ${clientId}`;
    if (seen.has(key)) return [flaw([...place, 'url'], 'is there twice with the same clientId; give each its own')];
    seen.add(key);
    return [];
  });
}

function sourcesOf(config: unknown, further: readonly unknown[]): Flaw[] {
  const ids = [MAIN_BROKER, ...further.map((broker) => valueAt(broker, ['id']))];
  const known = new Set(ids);
  const named = listAt(config, ['sources']).map((source) => valueAt(source, ['broker']));
  const unknown = named.flatMap((id, index) =>
    id === undefined || known.has(id)
      ? []
      : [flaw(['sources', index, 'broker'], `there is no broker '${id}'; there is: ${[...known].join(', ')}`)],
  );
  if (named.length === 0 || named.includes(undefined)) return unknown;
  const unread = [...known].flatMap((id) => {
    const index = ids.indexOf(id);
    const place = index === 0 ? [...MAIN, 'url'] : [...FURTHER, index - 1];
    const runs = index > 0 || has(config, MAIN, 'url');
    return named.includes(id) || !runs ? [] : [flaw(place, `no source reads from broker '${id}'`)];
  });
  return [...unknown, ...unread];
}

function has(config: unknown, place: Path, option: string): boolean {
  return valueAt(config, [...place, option]) !== undefined;
}
