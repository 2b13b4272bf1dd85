import { join } from 'node:path';
import { ApiClient } from '../../../support/apiClient.ts';
import { freePort } from '../../../support/freePort.ts';
import { writeInstallation } from '../../../support/installation.ts';
import { until } from '../../../support/until.ts';
import { Disk } from '../disk.ts';
import { Supervised } from '../supervised.ts';
import type { FettleNode, SetOptions } from '../world.ts';

/** Hundreds of assets are registered, on a machine that may be busy. */
const START_LIMIT = 180_000;

export interface NodeOptions extends SetOptions {
  readonly name: string;
  readonly links?: FettleNode['links'];
  /** Whether its data folder is a disk of its own, where that is allowed. */
  readonly ownDisk?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts one Fettle in `folder` and waits until it is ready. */
export async function startNode(options: NodeOptions): Promise<FettleNode> {
  const { name, folder, assets, config, links = {}, ownDisk = false, env } = options;
  const port = await freePort();
  const disk = ownDisk ? Disk.mount(join(folder, 'data')) : undefined;
  writeInstallation(folder, {
    assets,
    config: { assess: { checkpointEvery: '1s', tickEvery: '1s' }, ...config, http: { port } },
  });
  const process = new Supervised(name, folder, env);
  const url = `http://127.0.0.1:${port}`;
  const node = { process, url, api: new ApiClient(url), links, disk };
  process.start();
  try {
    await until(`${name} to be ready; its log is ${process.log}`, () => isReady(url), START_LIMIT);
  } catch (error) {
    await endNode(node);
    throw error;
  }
  return node;
}

export async function endNode({ process, disk }: FettleNode): Promise<void> {
  await process.remove();
  disk?.unmount();
}

export async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(8000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
