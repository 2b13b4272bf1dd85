import { createLaserPrinter } from './laserPrinter.ts';
import type { Machine, MachineOptions } from './machine.ts';
import { createPassengerLift } from './passengerLift.ts';
import { createScrewCompressor } from './screwCompressor.ts';

/** The machines that can be simulated, by id of their asset model. */
export const machineTypes: ReadonlyMap<string, (options: MachineOptions) => Machine> = new Map([
  ['screw-compressor', createScrewCompressor],
  ['laser-printer', createLaserPrinter],
  ['passenger-lift', createPassengerLift],
]);
