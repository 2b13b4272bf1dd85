import type { Instruments } from '../metrics.ts';
import type { Watched } from './index.ts';

export function addBuildInfo(to: Instruments, { version }: Pick<Watched, 'version'>): void {
  const labels = { version, node: process.versions.node };
  to.gauges('fettle_build_info', 'Always 1; its labels say what runs.', ['version', 'node'], () => [[labels, 1]]);
}
