import { type Configuration, checkConfiguration } from '../../../src/config/check.ts';
import { DAY } from '../../../src/domain/time.ts';
import { writeInstallation } from '../../support/installation.ts';
import { rigAsset } from '../../support/rig.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { IDS, NOW } from './history.ts';

/** Longer than any history. */
const HORIZON = '7d';

export function configurationOf(mode: 'inline' | 'sharded'): Configuration {
  const folder = makeTempFolder();
  const tickEvery = mode === 'inline' ? '2s' : '20s';
  writeInstallation(folder, {
    assets: IDS.map((id) => rigAsset(id, NOW - 25 * DAY)),
    config: {
      assess: { mode, grace: '300ms', tickEvery, checkpointEvery: '2s', horizon: HORIZON },
      ingest: { batchAge: '60s' },
    },
  });
  const checked = checkConfiguration({ env: {}, cwd: folder });
  if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
  return checked.configuration;
}
