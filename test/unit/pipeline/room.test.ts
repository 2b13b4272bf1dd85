import { expect, it } from 'vitest';
import { type DiskSpace, Room } from '../../../src/pipeline/room.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const MB = 1024 * 1024;

function setUp(minFreeMb: number) {
  const clock = new FakeClock();
  const disk = { freeMb: 500, asked: 0 };
  const space = async (): Promise<DiskSpace> => {
    disk.asked++;
    return { freeBytes: disk.freeMb * MB, sizeBytes: 1000 * MB };
  };
  return { clock, disk, room: new Room({ folder: '/data', minFreeBytes: minFreeMb * MB, space, clock }) };
}

it('refuses below the minimum, in words that say where, how much and what to do; and no longer', async () => {
  const { clock, disk, room } = setUp(256);
  disk.freeMb = 256;
  await room.check();
  expect(await room.status()).toEqual({ problem: undefined, detail: '256 MB of 1000 MB free on the disk of /data' });
  disk.freeMb = 255;
  await clock.advance(1000);
  const problem =
    'the disk of /data has 255 MB left, less than disk.minFreeMb (256 MB): free some or enlarge it, and Fettle goes on by itself';
  await expect(room.check()).rejects.toThrow(problem);
  expect(await room.status()).toMatchObject({ problem });
  disk.freeMb = 300;
  await clock.advance(1000);
  await room.check();
});

it('asks the system once a second at most, and never for nothing', async () => {
  const { clock, disk, room } = setUp(1);
  await room.check();
  await room.check();
  expect(disk.asked).toBe(1);
  await clock.advance(1000);
  await room.check();
  expect(disk.asked).toBe(2);
  const without = setUp(0);
  without.disk.freeMb = 0;
  await without.room.check();
  expect(without.disk.asked).toBe(0);
  expect((await without.room.status()).problem).toMatch(/has 0 MB left: free some/);
});

it('says so where the system does not tell what is left', async () => {
  const space = async () => Promise.reject(new Error('EIO: i/o error, statfs'));
  const room = new Room({ folder: '/data', minFreeBytes: MB, space, clock: new FakeClock() });
  await expect(room.check()).rejects.toThrow('EIO');
  const words = 'what is left on the disk of /data can not be told: EIO: i/o error, statfs';
  expect(await room.status()).toEqual({ problem: words, detail: words });
});
