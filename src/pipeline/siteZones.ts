import type { SiteZones } from '../ports/analytics.ts';
import type { SlaOptions } from './slaPolicies.ts';

/** A site's zone is that of the calendar by which promises to it are kept: of the first policy that names it, else of all. */
export function siteZones(
  { calendar, policies }: Pick<SlaOptions, 'calendar' | 'policies'>,
  calendars: readonly { readonly id: string; readonly zone: string }[],
): SiteZones {
  const zoneOf = (id: string | undefined) => calendars.find((one) => one.id === id)?.zone;
  const named = policies.flatMap((policy) => {
    const zone = zoneOf(policy.calendar);
    return zone === undefined ? [] : (policy.sites ?? []).map((site) => [site, zone] as const);
  });
  return { sites: Object.fromEntries(named.toReversed()), others: zoneOf(calendar) ?? 'UTC' };
}
