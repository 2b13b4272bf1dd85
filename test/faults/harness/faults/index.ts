import type { World } from '../world.ts';
import { clientTakenOver } from './clientTakenOver.ts';
import { deskTroubles } from './deskTroubles.ts';
import { devicesCut } from './devicesCut.ts';
import { diskFull } from './diskFull.ts';
import type { FaultKind } from './fault.ts';
import { fettleFrozen } from './fettleFrozen.ts';
import { fettleKilled } from './fettleKilled.ts';
import { fettleStopped } from './fettleStopped.ts';
import { redisFlushed } from './redisFlushed.ts';
import { networkCut, serverEnded, serverFrozen } from './serverAway.ts';
import { allKilled, frozenForLong, retired, rolledOver } from './severalNodes.ts';

const FAMILIES = [
  fettleKilled,
  fettleStopped,
  fettleFrozen,
  devicesCut,
  diskFull,
  deskTroubles,
  serverEnded,
  serverFrozen,
  networkCut,
  clientTakenOver,
  redisFlushed,
  allKilled,
  frozenForLong,
  rolledOver,
  retired,
];

/** Every kind that this world can suffer. */
export function faultsOf(world: World): FaultKind[] {
  return FAMILIES.flatMap((family) => family(world));
}
