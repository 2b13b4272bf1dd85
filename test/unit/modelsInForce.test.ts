import { expect, it } from 'vitest';
import { parseModel } from '../../src/config/parseModel.ts';
import type { Config } from '../../src/config/schema.ts';
import type { ModelVersion } from '../../src/domain/modelVersion.ts';
import { SetupError } from '../../src/errors.ts';
import { hashOf, loadModelsInForce } from '../../src/modelsInForce.ts';
import { recordLog } from '../support/recordLog.ts';
import { rigModel } from '../support/rig.ts';

const withLimit = (limit: number) => {
  const model = rigModel();
  Object.assign(model.components[0]!.rules[0]!, { levels: [{ limit, severity: 'warning' }] });
  return JSON.stringify(model);
};

function fileOf(yaml: string) {
  const read = parseModel(yaml, 'rig.yaml');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return { file: 'rig.yaml', yaml, model: read.model };
}

const FILE = withLimit(80);
const VERSION: ModelVersion = {
  modelId: 'rig',
  version: 3,
  origin: 'applied',
  yaml: withLimit(75),
  by: 'ann',
  at: 0,
  fileHash: hashOf(FILE),
};

/** What is in force of these versions, the newest first, with the limits that the rig is judged by, and what the log says. */
async function load(versions: readonly ModelVersion[], file: string | null = FILE) {
  const { log, lines } = recordLog();
  const modelFiles = file === null ? [] : [fileOf(file)];
  const models = modelFiles.map(({ model }) => model);
  const config = { models: 'models' } as Config;
  const repository = {
    newest: async () => versions.slice(0, 1),
    of: async () => [...versions],
    get: async (_: string, wanted: number) => versions.find(({ version }) => version === wanted),
  };
  const inForce = await loadModelsInForce(repository, { config, models, modelFiles }, log);
  const limits = inForce.models.map(({ rules }) => (rules[0]!.params.levels as { limit: number }[])[0]!.limit);
  return { ...inForce, limits, said: lines.map(({ level, msg }) => [level, msg] as const) };
}

it('goes by the files where nobody has applied anything', async () => {
  const { limits, count, versions, said } = await load([]);
  expect({ limits, count, size: versions.size, said }).toEqual({ limits: [80], count: 0, size: 0, said: [] });
});

it('goes by the newest version, which wins over a file that has changed since, and says so', async () => {
  const { limits, count, versions } = await load([VERSION]);
  expect({ limits, count, version: versions.get('rig') }).toEqual({ limits: [75], count: 3, version: 3 });
  const { limits: still, said } = await load([VERSION], withLimit(70));
  expect(still).toEqual([75]);
  expect(said).toEqual([[40, expect.stringContaining('not its file, which has changed since')]]);
});

it('goes by the file again from a version that says so, whatever it says by now', async () => {
  expect((await load([{ ...VERSION, origin: 'file', yaml: FILE }], withLimit(70))).limits).toEqual([70]);
});

it('takes models without a file', async () => {
  expect((await load([VERSION], null)).limits).toEqual([75]);
});

it('lets a version that cannot be read any more give way to the file, or refuses to start without one', async () => {
  const broken = { ...VERSION, yaml: 'id: rig\n' };
  const { limits, gaveWay, said } = await load([broken]);
  expect(limits).toEqual([80]);
  expect(gaveWay.get('rig')).toContain('name: is missing');
  expect(said).toEqual([[50, expect.stringContaining('the file is in force until it is put right')]]);
  await expect(load([broken], null)).rejects.toThrow(SetupError);
});

it('goes by the last version that can be read where there is no file', async () => {
  const broken = { ...VERSION, yaml: 'id: rig\n' };
  const earlier = [
    { ...broken, version: 2 },
    { ...VERSION, version: 1, yaml: withLimit(71) },
  ];
  const { limits, gaveWay, said } = await load([broken, ...earlier], null);
  expect(limits).toEqual([71]);
  expect([...gaveWay.keys()]).toEqual(['rig']);
  expect(said).toEqual([[50, expect.stringContaining('version 1 is in force until it is put right')]]);
});
