/**
 * The address of a worker's compiled file beside the module at `moduleUrl`. Run from source (as the tests are), it
 * points to the same file in the build, since Node 20 can't run TypeScript in a worker.
 */
export function workerUrl(moduleUrl: string, relativePath: string): URL {
  const fromSource = moduleUrl.endsWith('.ts');
  const base = fromSource ? moduleUrl.replace(/\/src\/(?!.*\/src\/)/, '/dist/src/') : moduleUrl;
  return new URL(relativePath, base);
}
