import { type Duration, SECOND } from '../domain/time.ts';
import { reasonOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';

/** A disk fills over minutes; asking the system costs a hop to another thread. */
const ASK_EVERY: Duration = SECOND;
const MEBIBYTE = 1024 * 1024;

export interface DiskSpace {
  readonly freeBytes: number;
  readonly sizeBytes: number;
}

export interface RoomOptions {
  /** The folder whose disk it is. */
  readonly folder: string;
  /** Intake stops below; 0 asks for none. */
  readonly minFreeBytes: number;
  /** What the disk of a folder has. */
  readonly space: (folder: string) => Promise<DiskSpace>;
  readonly clock: Clock;
}

/** The disk has less room than is to be kept free; the message says where, how much, and what to do. */
class NoRoomError extends Error {
  override readonly name = 'NoRoomError';
}

/**
 * Keeps the last of the disk for the database and the journals: intake stops first, while everything else still works.
 */
export class Room {
  readonly #options: RoomOptions;
  #askedAt: Duration = Number.NEGATIVE_INFINITY;
  #space: DiskSpace | undefined;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /** @throws NoRoomError while less is free than configured. */
  async check(): Promise<void> {
    const { minFreeBytes } = this.#options;
    if (minFreeBytes === 0) return;
    const problem = this.#problem(await this.#ask());
    if (problem !== undefined) throw new NoRoomError(problem);
  }

  /** For people: what is free, and what is wrong with it. Never rejects. */
  async status(): Promise<{ readonly problem: string | undefined; readonly detail: string }> {
    const { folder } = this.#options;
    try {
      const space = await this.#ask();
      const { freeBytes, sizeBytes } = space;
      const detail = `${megabytes(freeBytes)} of ${megabytes(sizeBytes)} free on the disk of ${folder}`;
      return { problem: this.#problem(space), detail };
    } catch (error) {
      const problem = `what is left on the disk of ${folder} can not be told: ${reasonOf(error)}`;
      return { problem, detail: problem };
    }
  }

  #problem({ freeBytes }: DiskSpace): string | undefined {
    const { folder, minFreeBytes } = this.#options;
    if (freeBytes > 0 && freeBytes >= minFreeBytes) return undefined;
    const left = `the disk of ${folder} has ${megabytes(freeBytes)} left`;
    const wanted = minFreeBytes === 0 ? '' : `, less than disk.minFreeMb (${megabytes(minFreeBytes)})`;
    return `${left}${wanted}: free some or enlarge it, and Fettle goes on by itself`;
  }

  async #ask(): Promise<DiskSpace> {
    const { folder, space, clock } = this.#options;
    const now = clock.elapsed();
    if (this.#space && now - this.#askedAt < ASK_EVERY) return this.#space;
    this.#space = await space(folder);
    this.#askedAt = now;
    return this.#space;
  }
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / MEBIBYTE)} MB`;
}
