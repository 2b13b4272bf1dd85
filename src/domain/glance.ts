import type { Timestamp } from './time.ts';
import type { AssetView, ComponentView } from './view.ts';

/** What a list of the fleet shows of an asset beside its health. */
export interface Glance {
  /** The largest share of life used. */
  readonly wear?: number;
  readonly wearComponentId?: string;
  /** The soonest middle date of a forecast. */
  readonly endOfLife?: Timestamp;
  readonly endOfLifeComponentId?: string;
  /** A rule of silence holds. */
  readonly silent: boolean;
}

export function glanceAt({ components }: Pick<AssetView, 'components'>): Glance {
  const worn = first(components, ({ wear }) => (typeof wear === 'number' ? -wear : undefined));
  const ending = first(components, ({ forecast }) => forecast?.p50 ?? undefined);
  return {
    ...(worn && { wear: worn.wear!, wearComponentId: worn.componentId }),
    ...(ending && { endOfLife: ending.forecast!.p50!, endOfLifeComponentId: ending.componentId }),
    silent: components.some(({ rules }) => rules.some(({ kind, severity }) => kind === 'silence' && severity)),
  };
}

/** The component with the least key; of the same the one named first. */
function first(
  components: readonly ComponentView[],
  keyOf: (component: ComponentView) => number | undefined,
): ComponentView | undefined {
  let least: { readonly component: ComponentView; readonly key: number } | undefined;
  for (const component of components) {
    const key = keyOf(component);
    if (key !== undefined && (least === undefined || key < least.key)) least = { component, key };
  }
  return least?.component;
}
