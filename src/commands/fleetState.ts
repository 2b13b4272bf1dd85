import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Fleet } from '../../simulators/fleet.ts';
import { type Scenario, span } from '../../simulators/scenarioSchema.ts';
import { HOUR, SECOND, type Timestamp } from '../domain/time.ts';
import { CommandError } from './commandError.ts';

/** The whole past of a simulated fleet is replayed in about this time. */
export const CATCH_UP = 120 * SECOND;

/** What a restart of a simulated fleet goes on from. */
export interface FleetState {
  readonly startTime: Timestamp;
  readonly resumeFrom: Timestamp;
}

/** The state kept in `file`, or that of a fleet whose past begins now. */
export function fleetState(file: string, scenario: Scenario): FleetState {
  if (existsSync(file)) return read(file);
  const startTime = Math.floor((Date.now() - span(scenario.history)) / HOUR) * HOUR;
  return { startTime, resumeFrom: startTime };
}

/** Keeps in `file` how far the fleet has come, every second; the function returned does it a last time. */
export function keepFleetState(file: string, { startTime }: FleetState, fleet: Fleet): () => void {
  const save = () => write(file, { startTime, resumeFrom: fleet.status().simTime });
  const saving = setInterval(save, SECOND);
  return () => {
    clearInterval(saving);
    save();
  };
}

function read(file: string): FleetState {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as FleetState;
  } catch (error) {
    throw new CommandError(`${file} can't be read (${String(error)}); remove ${dirname(file)} to start afresh`);
  }
}

function write(file: string, state: FleetState): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}
