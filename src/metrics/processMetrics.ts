import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';

/** Gauges that prom-client names like counters, against Prometheus' own conventions. */
const MISNAMED = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total'];

let shared: readonly Metric[] | undefined;

/** CPU, memory, event loop, garbage collection and start time of the process; watched once, however many registries show them. */
export function addProcessMetrics(registry: Registry): void {
  shared ??= collect();
  for (const metric of shared) registry.registerMetric(metric);
}

function collect(): readonly Metric[] {
  const own = new Registry();
  collectDefaultMetrics({ register: own });
  for (const name of MISNAMED) own.removeSingleMetric(name);
  return own.getMetricsAsArray().map(({ name }) => own.getSingleMetric(name)!);
}
