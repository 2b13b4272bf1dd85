import type { ConnectivityState } from '../domain/connectivity.ts';
import type { Severity } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Health } from '../domain/view.ts';

export interface FleetFilter {
  readonly siteId?: string;
  readonly modelId?: string;
  readonly customerId?: string;
  /** One of these. */
  readonly health?: readonly Health[];
  /** Part of id, name or serial, case-insensitive. */
  readonly search?: string;
  /** Whether it has tickets that are neither closed nor cancelled. */
  readonly hasTickets?: boolean;
  readonly inMaintenance?: boolean;
  readonly silent?: boolean;
  readonly connectivity?: ConnectivityState;
}

export const FLEET_SORTS = [
  'health',
  'endOfLife',
  '-wear',
  '-tickets',
  '-lastReceivedAt',
  'lastReceivedAt',
  'name',
] as const;
/** `health`: the worst first, and of the same the one whose life ends first. What has no such value comes last. */
export type FleetSort = (typeof FLEET_SORTS)[number];

/** An asset as it was last saved: every few seconds while something comes of it. */
export interface FleetRow {
  readonly id: string;
  readonly name?: string;
  readonly modelId: string;
  readonly siteId: string;
  readonly customerId?: string;
  readonly health: Health;
  readonly inMaintenance: boolean;
  /** A rule of silence holds. */
  readonly silent: boolean;
  /** Absent where nothing was said of its connection. */
  readonly connectivity?: ConnectivityState;
  readonly lastReceivedAt?: Timestamp;
  /** The largest share of life used, and of what. */
  readonly wear?: number;
  readonly wearComponentId?: string;
  /** The soonest middle date, and of what. */
  readonly endOfLife?: Timestamp;
  readonly endOfLifeComponentId?: string;
  /** Tickets that are neither closed nor cancelled. */
  readonly openTickets: number;
  /** Of them. */
  readonly worstTicket?: Severity;
}

export const FLEET_GROUPINGS = ['site', 'model', 'customer'] as const;
export type FleetGrouping = (typeof FLEET_GROUPINGS)[number];

export interface FleetCounts {
  readonly assets: number;
  readonly health: Readonly<Record<Health, number>>;
  readonly openTickets: number;
  readonly inMaintenance: number;
  readonly silent: number;
  readonly endOfLife?: Timestamp;
}

export interface FleetGroup extends FleetCounts {
  /** Absent: of the assets without a customer. */
  readonly id?: string;
}

export interface FleetRepository {
  rows(
    filter: FleetFilter,
    sort: FleetSort,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly rows: FleetRow[] /** Of those that fit. */; readonly total: number }>;
  count(filter: FleetFilter): Promise<FleetCounts>;
  /** By id, those without one last. */
  groups(filter: FleetFilter, by: FleetGrouping): Promise<FleetGroup[]>;
}
