import { lookup as dnsLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Loopback, private, link-local, shared, multicast and reserved addresses (IANA special-purpose registries). */
const INTERNAL = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  INTERNAL.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  INTERNAL.addSubnet(network, prefix, 'ipv6');
}

/** The host is, or resolves to, an address that is not to be called. */
export class InternalAddressError extends Error {
  override readonly name = 'InternalAddressError';

  constructor(host: string, address: string) {
    super(`${host} is the internal address ${address}, which this installation does not allow`);
  }
}

/** Throws for a host that is an internal address itself; names are left to {@link publicLookup}. */
export function assertNotInternal(host: string): void {
  const address = host.replace(/^\[|\]$/g, '');
  if (isInternal(address)) throw new InternalAddressError(host, address);
}

/** Resolves as usual and refuses internal addresses at the moment of connecting, so that a name can't change in between. */
export const publicLookup: LookupFunction = (host, options, callback) => {
  dnsLookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const internal = addresses.find(({ address }) => isInternal(address));
    if (internal) return callback(new InternalAddressError(host, internal.address), '', 0);
    if (options.all) return callback(null, addresses);
    return callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};

function isInternal(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && INTERNAL.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
