import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import { createLog } from '../../../src/log.ts';
import { tempFolder } from '../../support/temp.ts';

/** Runs `fettle keys …` as a process of its own in `folder`, where its data are too. */
async function keys(folder: string, ...args: string[]) {
  const child = spawn(process.execPath, [resolve('bin/fettle.js'), 'keys', ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, FETTLE_DATA_DIR: join(folder, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, err, code: code as number };
}

describe('fettle keys', () => {
  it('makes, lists and revokes', { timeout: 120_000 }, async () => {
    const folder = tempFolder();
    const made = await keys(folder, 'create', 'prometheus', 'viewer');
    expect(made).toMatchObject({ out: expect.stringMatching(/^ftl_[\w-]{43}\n$/), err: '', code: 0 });
    const again = await keys(folder, 'create', 'prometheus', 'admin');
    expect(again).toEqual({
      out: '',
      err: 'There is a key prometheus already; revoke it first, or take another name.\n',
      code: 1,
    });
    expect((await keys(folder, 'list')).out).toMatch(/^prometheus\tviewer\t\d{4}-\d\d-\d\dT[\d:.]+Z\n$/);
    expect(await keys(folder, 'revoke', 'prometheus')).toEqual({ out: '', err: '', code: 0 });
    expect(await keys(folder, 'list')).toEqual({ out: '', err: '', code: 0 });
  });

  it('says what to do while a running Fettle has the embedded database', { timeout: 60_000 }, async () => {
    const folder = tempFolder();
    const directory = join(folder, 'data', 'database');
    const database = await startEmbeddedPostgres({ directory, log: createLog('silent') });
    const { out, err, code } = await keys(folder, 'list');
    await database.close();
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toContain(`${directory} is in use by process ${process.pid}; stop it`);
    expect(err).toContain('through its API (/api/v1/keys, with a key of the role admin)');
    expect(err).not.toMatch(/^\s+at /m);
  });
});
