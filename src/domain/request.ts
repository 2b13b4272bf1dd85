import type { RemovedCondition } from './asset.ts';
import type { Severity } from './model.ts';
import type { Timestamp } from './time.ts';

export const ROLES = ['viewer', 'agent', 'engineer', 'admin'] as const;
/** Each may do what those before it may. */
export type Role = (typeof ROLES)[number];

/** Of API keys: those of people and systems, and that of devices, which send telemetry of one source and may do nothing else. */
export const KEY_ROLES = ['device', ...ROLES] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

/** Whoever does something, for the audit trail. */
export interface Actor {
  readonly name: string;
  readonly role: Role;
  /** A service desk tells what happened there: it need not be told of it. */
  readonly fromDesk?: true;
}

/** What came back from the desk. */
export const BY_DESK: Actor = { name: 'desk', role: 'agent', fromDesk: true };

/** Who is to do it; what is absent stays, null empties. */
export interface Assignment {
  readonly team?: string | null;
  readonly person?: string | null;
  readonly note?: string;
}

export type NewAssetEvent =
  | {
      readonly type: 'component-replaced';
      readonly componentId: string;
      readonly at: Timestamp;
      readonly reading?: number;
      readonly serial?: string;
      readonly removed?: RemovedCondition;
    }
  | { readonly type: 'maintenance'; readonly at: Timestamp; readonly until?: Timestamp; readonly note?: string };

export interface NewRequest {
  readonly assetId: string;
  readonly componentId?: string;
  readonly failureModeId?: string;
  readonly origin: 'customer' | 'desk' | 'staff';
  /** Id of an ongoing ticket of the asset that this is about as well. */
  readonly joins?: string;
  readonly severity: Severity;
  readonly title: string;
  readonly text: string;
}
