import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Config } from '../../src/config/schema.ts';
import { UnacceptableError } from '../../src/errors.ts';
import type { ModelsInForce } from '../../src/modelsInForce.ts';
import { createModelWork } from '../../src/modelWork.ts';
import type { Repositories } from '../../src/ports/database.ts';
import { recordLog } from '../support/recordLog.ts';
import { rigModel } from '../support/rig.ts';
import { tempFolder } from '../support/temp.ts';

const LIBRARY = 'unit,time,temperature\na,1,50\na,2,60\nb,1,50\nb,2,61\n';

/** A rig that learns from a file. */
function learning(id: string, library: string): string {
  const model = rigModel();
  const named = { id: 'like', kind: 'similarity', failureMode: 'overheated', mode: 'observe' };
  const rule = { ...named, library, reach: '40h', risk: { planningMargin: '12h' } };
  const [bearing, ...others] = model.components;
  return JSON.stringify({ ...model, id, components: [{ ...bearing, rules: [rule] }, ...others] });
}

/** Work on models in a folder beside another that nobody may read. */
function work({
  mode = 'inline',
  inForce = {},
}: {
  mode?: 'inline' | 'sharded';
  inForce?: Partial<ModelsInForce>;
} = {}) {
  const folder = tempFolder();
  for (const part of ['models', 'data']) mkdirSync(join(folder, part));
  writeFileSync(join(folder, 'data/api-key'), 'not-to-be-told\n');
  writeFileSync(join(folder, 'models/runs.csv'), LIBRARY);
  const newest = { modelId: 'rig', version: 4, origin: 'applied' as const, yaml: 'id: rig\n', by: 'ann', at: 0 };
  const models = createModelWork({
    database: {
      modelVersions: {
        of: async (modelId: string) => (modelId === 'rig' ? [newest] : []),
        get: async () => newest,
        append: async (version: object) => ({ ...version, version: 1 }),
      },
      assets: { all: async () => [] },
    } as unknown as Pick<Repositories, 'modelVersions' | 'assets'>,
    configuration: {
      config: { models: join(folder, 'models'), assess: { mode } } as Config,
      modelFiles: [],
    },
    inForce: { models: [], versions: new Map(), gaveWay: new Map(), count: 0, ...inForce },
    changed: () => undefined,
    clock: { now: () => 0 },
    log: recordLog().log,
  });
  const apply = (modelId: string, yaml: string) =>
    models.apply({ modelId, yaml, basedOn: 0 }, { name: 'ann', role: 'engineer' } as never);
  const refusal = async (modelId: string, yaml: string): Promise<string> => {
    const error = await apply(modelId, yaml).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UnacceptableError);
    return JSON.stringify((error as UnacceptableError).problems);
  };
  return { models, apply, refusal };
}

it('reads libraries in the folder of models alone, whatever the model is called', async () => {
  const { refusal } = work();
  expect(await refusal('fan', learning('fan', 'runs.csv'))).toContain('library has 0 histories');
  const told = await refusal('../data/x', learning('../data/x', 'api-key'));
  expect(told).not.toContain('not-to-be-told');
  expect(told).toContain("api-key can't be read: ENOENT");
  expect(await refusal('fan', learning('fan', '../data/api-key'))).toContain('must lie in the folder of asset models');
});

it.each(['a/b', 'a\\b'])('refuses to apply a model called %s', async (id) => {
  expect(await work().refusal(id, JSON.stringify({ ...rigModel(), id }))).toContain('must have neither / nor');
});

it('refuses a library where nodes may be without the file', async () => {
  const { refusal, apply } = work({ mode: 'sharded' });
  expect(await refusal('fan', learning('fan', 'runs.csv'))).toContain('change the file of the model on each of them');
  await expect(apply('fan', JSON.stringify({ ...rigModel(), id: 'fan' }))).resolves.toMatchObject({ version: 1 });
});

it('says why a version that gave way is not in force, and not of the one after it', async () => {
  const { components: _, ...model } = rigModel();
  const inForce = { models: [model as never], gaveWay: new Map([['rig', 'name must be there']]) };
  const gone = await work({ inForce: { ...inForce, versions: new Map([['rig', 4]]) } }).models.text('rig');
  expect(gone).toMatchObject({ version: 4, isInForce: false, gaveWay: 'name must be there' });
  const next = await work({ inForce: { ...inForce, versions: new Map([['rig', 3]]) } }).models.text('rig');
  expect(next).toMatchObject({ version: 4, isInForce: false });
  expect(next.gaveWay).toBeUndefined();
});
