import { DataSetError } from '../../simulators/datasets/dataset.ts';

/** The one file or folder of a set that has no more. */
export function onePath(paths: readonly string[]): string {
  const [path, ...more] = paths;
  if (path !== undefined && more.length === 0) return path;
  throw new DataSetError(`name one file or folder, not ${paths.length}`);
}
