import type { AssetModel, RuleDefinition } from './model.ts';

export const MODEL_PARTS = [
  ...(['rule', 'metric', 'indicator', 'component', 'failure-mode', 'service-plan', 'name'] as const),
] as const;
export type ModelPart = (typeof MODEL_PARTS)[number];

/** What differs between a model and another version of it, a part at a time. */
export interface ModelChange {
  readonly part: ModelPart;
  /** Of a failure mode with its component before it, as in `belt/wear`. */
  readonly id: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Of what has changed: the options that differ; of a rule its parameters too. */
  readonly fields: readonly string[];
}

type Entries = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** Undefined `before`: the model is new. Rules first, then what they rest on. */
export function modelChanges(before: AssetModel | undefined, after: AssetModel): ModelChange[] {
  return MODEL_PARTS.flatMap((part) => {
    const [old, now] = [before ? entriesOf(before, part) : new Map(), entriesOf(after, part)] as [Entries, Entries];
    return [...new Set([...now.keys(), ...old.keys()])].flatMap((id): ModelChange[] => {
      const [a, b] = [old.get(id), now.get(id)];
      if (!a || !b) return [{ part, id, change: b ? 'added' : 'removed', fields: [] }];
      const fields = differing(a, b);
      return fields.length > 0 ? [{ part, id, change: 'changed', fields }] : [];
    });
  });
}

function entriesOf(model: AssetModel, part: ModelPart): Entries {
  const byId = <T extends { readonly id: string }>(list: readonly T[]) =>
    new Map(list.map(({ id, ...rest }) => [id, rest as Readonly<Record<string, unknown>>]));
  switch (part) {
    case 'rule':
      return new Map(model.rules.map((rule) => [rule.id, ruleFields(rule)]));
    case 'metric':
      return byId(model.metrics);
    case 'indicator':
      return byId(model.indicators);
    case 'component':
      return byId(model.components.map(({ failureModes: _, ...component }) => component));
    case 'failure-mode':
      return byId([
        ...model.components.flatMap(({ id: owner, failureModes }) =>
          failureModes.map((mode) => ({ ...mode, id: `${owner}/${mode.id}` })),
        ),
        ...model.failureModes,
      ]);
    case 'service-plan':
      return byId(model.servicePlans ?? []);
    case 'name':
      return new Map([[model.id, { ...model.name }]]);
  }
}

/** The version covers the parameters with the indicators that they use, and the content of a library. */
function ruleFields({ id: _, params, histories, version, ...rest }: RuleDefinition): Record<string, unknown> {
  return { ...rest, ...params, ...(histories && { library: histories.hash }), version };
}

/** The version alone where what is written in the rule is the same: what it rests on is not. */
function differing(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): string[] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const fields = keys.filter((key) => canonical(a[key]) !== canonical(b[key]));
  const written = fields.filter((key) => key !== 'version');
  return written.length > 0 ? written : fields;
}

/** Plain values, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
