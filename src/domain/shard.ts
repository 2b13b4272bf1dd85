/** Assets are divided into so many shards; fixed, since what is stored names them. */
export const SHARDS = 64;

const encoder = new TextEncoder();

/** The shard of an asset, 0 to 63: FNV-1a over the UTF-8 of its id, folded to six bits. */
export function shardOf(assetId: string): number {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(assetId)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash ^ (hash >>> 16)) & (SHARDS - 1);
}
