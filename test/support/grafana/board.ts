/** Grafana's dashboard JSON, as far as the tests read it. */
export interface SourceRef {
  readonly uid: string;
  readonly type: string;
}

export interface Target {
  readonly refId: string;
  readonly datasource: SourceRef;
  readonly rawSql?: string;
  readonly format?: 'table' | 'time_series';
  readonly query?: string;
  readonly alias?: string;
  readonly expr?: string;
  readonly legendFormat?: string;
  readonly instant?: boolean;
}

export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly repeat?: string;
  readonly maxPerRow?: number;
  readonly interval?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly Target[];
  readonly transformations?: readonly { readonly id: string; readonly options: { readonly configRefId?: string } }[];
  readonly fieldConfig: {
    readonly defaults: FieldLook & { readonly unit: string; readonly noValue?: string };
    readonly overrides?: readonly {
      readonly matcher: { readonly id: string; readonly options: string };
      readonly properties: readonly { readonly id: string; readonly value: unknown }[];
    }[];
  };
}

interface FieldLook {
  readonly mappings?: readonly { readonly options: Readonly<Record<string, { text?: string; color?: string }>> }[];
  readonly thresholds?: { readonly steps: readonly { readonly value: number | null; readonly color: string }[] };
  readonly min?: number;
  readonly max?: number;
  readonly custom?: Readonly<Record<string, unknown>>;
}

export interface VariableDefinition {
  readonly name: string;
  readonly datasource: SourceRef;
  readonly query: string | { readonly query: string };
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
}

export interface Board {
  readonly uid: string;
  readonly title: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly VariableDefinition[] };
  readonly annotations: { readonly list?: readonly (AnnotationDefinition & { readonly name: string })[] };
}

interface AnnotationDefinition {
  readonly datasource: SourceRef;
  readonly target: Target;
}

/** What a query answered: a table, or one series with the columns `time` (epoch ms) and its name. */
export interface Frame {
  readonly refId: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}
