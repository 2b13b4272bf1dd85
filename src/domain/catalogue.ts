import type { ComponentDefinition, FailureModeDefinition, LocalText, MetricDefinition, Severity } from './model.ts';

/** What a model says to people who look at its assets; by it a chart knows names, units and limits. */
export interface CatalogueEntry {
  readonly id: string;
  readonly name: LocalText;
  readonly metrics: readonly MetricDefinition[];
  /** The asset as a whole comes last. */
  readonly components: readonly Pick<ComponentDefinition, 'id' | 'name' | 'part'>[];
  readonly failureModes: readonly (FailureModeDefinition & { readonly componentId: string })[];
  /** Ids of the rules it has. */
  readonly rules: readonly string[];
  readonly limits: readonly CatalogueLimit[];
}

/** A limit that a rule holds a metric against, in the metric's unit. */
export interface CatalogueLimit {
  readonly metricId: string;
  readonly componentId: string;
  readonly ruleId: string;
  readonly direction: 'above' | 'below';
  readonly limit: number;
  readonly severity: Severity;
}
