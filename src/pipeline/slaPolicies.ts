import type { CONTRACT_KINDS } from '../domain/asset.ts';
import type { SlaPolicy, SlaTarget } from '../domain/sla.ts';
import { PRIORITIES, type Priority, type Ticket } from '../domain/ticket.ts';
import type { Duration } from '../domain/time.ts';
import { ALWAYS, compileWorkCalendar, type WorkCalendar, type WorkCalendarDefinition } from '../domain/workCalendar.ts';

type Maybe<T> = T | undefined;

/** What is promised, as it is configured. */
export interface SlaOptions {
  /** Id of one of the calendars; every hour counts without. */
  readonly calendar?: Maybe<string>;
  readonly targets: Readonly<Record<Priority, SlaTarget>>;
  readonly planned: { readonly response: Duration; readonly margin: Duration };
  readonly warnAt: number;
  /** The first that fits a ticket counts. */
  readonly policies: readonly {
    readonly sites?: Maybe<readonly string[]>;
    readonly customers?: Maybe<readonly string[]>;
    readonly contracts?: Maybe<readonly (typeof CONTRACT_KINDS)[number][]>;
    readonly calendar?: Maybe<string>;
    readonly targets?: Maybe<
      Readonly<
        Partial<Record<Priority, Maybe<{ readonly response?: Maybe<Duration>; readonly solution?: Maybe<Duration> }>>>
      >
    >;
  }[];
}

export type Calendars = ReadonlyMap<string, WorkCalendar>;

export function compileCalendars(
  definitions: readonly (WorkCalendarDefinition & { readonly id: string })[],
): Calendars {
  return new Map(definitions.map((definition) => [definition.id, compileWorkCalendar(definition)]));
}

/** What is promised for each ticket. */
export function compilePolicies(options: SlaOptions, calendars: Calendars): (ticket: Ticket) => SlaPolicy {
  const calendarOf = (id: string | undefined) => (id === undefined ? ALWAYS : calendars.get(id)!);
  const { planned, warnAt } = options;
  const base: SlaPolicy = { calendar: calendarOf(options.calendar), targets: options.targets, planned, warnAt };
  const policies = options.policies.map(({ calendar, targets, ...about }) => ({
    about,
    policy: {
      ...base,
      calendar: calendar === undefined ? base.calendar : calendarOf(calendar),
      targets: merged(base.targets, targets ?? {}),
    },
  }));
  return (ticket) => policies.find(({ about }) => isAbout(about, ticket))?.policy ?? base;
}

/** The time zone of the calendar by which time counts for a ticket; UTC where every hour does. */
export function zonesOf(
  { calendar, policies }: Pick<SlaOptions, 'calendar' | 'policies'>,
  calendars: readonly { readonly id: string; readonly zone: string }[],
): (ticket: Ticket) => string {
  const zones = new Map(calendars.map(({ id, zone }) => [id, zone]));
  return (ticket) => {
    const id = policies.find((policy) => isAbout(policy, ticket))?.calendar ?? calendar;
    return (id === undefined ? undefined : zones.get(id)) ?? 'UTC';
  };
}

type About = Pick<SlaOptions['policies'][number], 'sites' | 'customers' | 'contracts'>;

function isAbout({ sites, customers, contracts }: About, { siteId, customerId, contract }: Ticket): boolean {
  return (
    (sites?.includes(siteId) ?? true) &&
    (customers === undefined || (customerId !== undefined && customers.includes(customerId))) &&
    (contracts?.includes(contract?.kind ?? 'none') ?? true)
  );
}

function merged(
  base: SlaPolicy['targets'],
  own: NonNullable<SlaOptions['policies'][number]['targets']>,
): SlaPolicy['targets'] {
  const target = (priority: Priority): SlaTarget => ({
    response: own[priority]?.response ?? base[priority].response,
    solution: own[priority]?.solution ?? base[priority].solution,
  });
  return Object.fromEntries(PRIORITIES.map((priority) => [priority, target(priority)])) as SlaPolicy['targets'];
}
