import { expect, it } from 'vitest';
import { parseModel } from '../../../src/config/parseModel.ts';
import { modelChanges } from '../../../src/domain/modelChange.ts';
import { rigModel } from '../../support/rig.ts';

type Rig = ReturnType<typeof rigModel>;

function changed(change: (rig: Rig) => void) {
  const after = rigModel();
  change(after);
  return modelChanges(modelOf(rigModel()), modelOf(after));
}

function modelOf(rig: Rig) {
  const read = parseModel(JSON.stringify(rig), 'rig.yaml');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.model;
}

it('says nothing of a model that is the same', () => {
  expect(changed(() => undefined)).toEqual([]);
});

it('names what has changed of a rule, without its version where that follows from it', () => {
  const changes = changed((rig) => {
    Object.assign(rig.components[0]!.rules[0]!, { deadband: 3, mode: 'observe' });
  });
  expect(changes).toEqual([{ part: 'rule', id: 'temperature-high', change: 'changed', fields: ['mode', 'deadband'] }]);
});

it('names what was added and removed, of every part', () => {
  const changes = changed((rig) => {
    rig.name.en = 'Bench';
    rig.metrics.find(({ id }) => id === 'ink')!.range = [0, 99];
    rig.components.splice(2, 1);
    rig.components[0]!.failureModes.push({ id: 'loose', name: { en: 'Loose', zh: '松动' } } as never);
  });
  expect(changes).toEqual([
    { part: 'rule', id: 'belt-life', change: 'removed', fields: [] },
    { part: 'metric', id: 'ink', change: 'changed', fields: ['range'] },
    { part: 'component', id: 'belt', change: 'removed', fields: [] },
    { part: 'failure-mode', id: 'bearing/loose', change: 'added', fields: [] },
    { part: 'failure-mode', id: 'belt/worn', change: 'removed', fields: [] },
    { part: 'name', id: 'rig', change: 'changed', fields: ['en'] },
  ]);
});

it('takes every part of a new model for added', () => {
  const changes = modelChanges(undefined, modelOf(rigModel()));
  expect(new Set(changes.map(({ change }) => change))).toEqual(new Set(['added']));
  expect(changes.filter(({ part }) => part === 'rule')).toHaveLength(5);
});
