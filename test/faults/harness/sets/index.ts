import type { PartSet, SetName, SetOptions } from '../world.ts';
import { startEmbedded } from './embedded.ts';

const STARTS: Readonly<Record<SetName, (options: SetOptions) => Promise<PartSet>>> = {
  embedded: startEmbedded,
};

export function startSet(name: SetName, options: SetOptions): Promise<PartSet> {
  return STARTS[name](options);
}
