import type { Duration, Timestamp } from './time.ts';

export const TIERS = ['standard', 'important', 'strategic'] as const;
/** The weight of the customer, for the priority of tickets. */
export type Tier = (typeof TIERS)[number];

export const CRITICALITIES = ['low', 'medium', 'high', 'critical'] as const;
/** What the failure of this asset means to its customer. */
export type Criticality = (typeof CRITICALITIES)[number];

export const CONTRACT_KINDS = ['none', 'warranty', 'service', 'subscription'] as const;
export interface Contract {
  readonly kind: (typeof CONTRACT_KINDS)[number];
  readonly until?: Timestamp;
  readonly reference?: string;
}

/** When and at which counter reading a component was installed; what is absent is unknown, and so is its wear. */
export interface InstalledComponent {
  readonly installedAt?: Timestamp;
  /** Reading of the usage counter at installation, in the counter's unit. */
  readonly installedReading?: number;
  readonly serial?: string;
}

export type Registration = 'file' | 'csv' | 'api' | 'auto';

/** An equipment unit. `id` never changes. */
export interface Asset {
  readonly id: string;
  readonly name?: string;
  readonly modelId: string;
  readonly siteId: string;
  readonly customerId?: string;
  readonly tier: Tier;
  readonly batch?: string;
  /** What it speaks through together with others: a gateway, a router. */
  readonly gateway?: string;
  readonly serial?: string;
  readonly criticality: Criticality;
  readonly commissionedAt?: Timestamp;
  readonly contract?: Contract;
  readonly registeredBy: Registration;
  /** By component id. */
  readonly components: Readonly<Record<string, InstalledComponent>>;
}

/** Which asset a device (client, gateway) spoke for, from `from` (inclusive) to `to` (exclusive; open when absent). */
export interface DeviceBinding {
  readonly deviceId: string;
  readonly assetId: string;
  readonly from: Timestamp;
  readonly to?: Timestamp;
}

interface EventBase {
  /** ULID: orders events of the same instant. */
  readonly id: string;
  readonly assetId: string;
  /** When it took effect; may lie before `recordedAt`. */
  readonly at: Timestamp;
  readonly recordedAt: Timestamp;
  readonly by: string;
}

export const REMOVED_CONDITIONS = ['failed', 'worn', 'sound'] as const;
/** What the removed part was found to be: unable to do its work, used up as expected, or still good. */
export type RemovedCondition = (typeof REMOVED_CONDITIONS)[number];

/** What a part had come to elsewhere before it was installed here. */
export interface ComponentAge {
  /** When it was first installed anywhere. */
  readonly since: Timestamp;
  /** Use until it was removed; absent: unknown. */
  readonly usage?: { readonly amount: number; readonly unit: string };
}

/** The installation of a component, at commissioning or as a replacement: its life starts at `at`, 0 where the date is unknown. */
export interface ComponentInstalledEvent extends EventBase {
  readonly type: 'component-installed' | 'component-replaced';
  readonly componentId: string;
  /** Counter reading at that moment; absent: the last one before, or the first within a day after; else unknown. */
  readonly reading?: number;
  readonly serial?: string;
  /** Of a part that was in use before, known by its serial; absent: it is new, or nothing is known. */
  readonly age?: ComponentAge;
  /** Of the component that was there before; absent: unknown. Only a failed one teaches where a life ends. */
  readonly removed?: RemovedCondition;
}

/** Maintenance from `at` to `until` (open when absent): rules neither raise nor clear. */
export interface MaintenanceEvent extends EventBase {
  readonly type: 'maintenance';
  readonly until?: Timestamp;
  readonly note?: string;
}

/** A ticket was closed or cancelled; `at` is the asset's watermark then. Evidence that ends at or before it never raises again. */
export interface TicketClosedEvent extends EventBase {
  readonly type: 'ticket-closed';
  readonly componentId: string;
  readonly failureModeId: string;
  readonly ticketId: string;
  /** By a person who cancelled it, or with the version of the rule that raised it; absent: closed with an outcome. */
  readonly endedAs?: 'cancelled' | 'voided';
}

/**
 * A worn part was looked at and given more life: rules that judge this failure mode of the component by use or age judge
 * the part by it from here on, until it is replaced.
 */
export interface LifeExtendedEvent extends EventBase {
  readonly type: 'life-extended';
  readonly componentId: string;
  readonly failureModeId: string;
  /** By how much, from its present use or its rated life, whichever is more. */
  readonly usage?: { readonly amount: number; readonly unit: string };
  /** Likewise from its present age or its rated life by the calendar. */
  readonly calendar?: Duration;
  readonly ticketId?: string;
}

/** From here on these rules count; what they would have found before opens no ticket. */
export interface RulesChangedEvent extends EventBase {
  readonly type: 'rules-changed';
  readonly ruleIds: readonly string[];
  /** Those that were not there before. */
  readonly added?: readonly string[];
}

/** What other assets of the model taught a rule: it judges by it too from here on. */
export interface FleetLearnedEvent extends EventBase {
  readonly type: 'fleet-learned';
  readonly ruleId: string;
  /** Plain JSON, as the kind of the rule made it. */
  readonly reference: unknown;
}

/** What happened to an asset apart from its samples, written before it acts. */
export type AssetEvent =
  | ComponentInstalledEvent
  | MaintenanceEvent
  | TicketClosedEvent
  | LifeExtendedEvent
  | RulesChangedEvent
  | FleetLearnedEvent;

export function isInstallation(event: AssetEvent): event is ComponentInstalledEvent {
  return event.type === 'component-installed' || event.type === 'component-replaced';
}

/** A time in which Fettle could not hear its devices; `to` absent while it lasts. */
export interface DeafInterval {
  readonly from: Timestamp;
  readonly to?: Timestamp;
}
