import type { Finding, Forecast } from '../domain/finding.ts';
import type { Severity } from '../domain/model.ts';
import type { Outcome, TicketStatus } from '../domain/ticket.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import type { AssetView, Health } from '../domain/view.ts';

/** A ticket of the live service as its findings tell it, on the clock of the devices. */
export interface TicketRecord {
  readonly asset: string;
  readonly component: string;
  readonly failureMode: string;
  readonly rule: string;
  /** The end of the evidence that opened it: when it was known. */
  readonly openedAt: Timestamp;
  /** The worst it came to. */
  readonly severity: Severity;
  readonly status: TicketStatus;
  /** When its condition was raised again after it had cleared. */
  readonly reopenedAt: readonly Timestamp[];
  /** When what it rests on stayed clear past its off-delay. */
  readonly clearedAt: readonly Timestamp[];
  /** When its component was renewed, or a technician closed it. */
  readonly closedAt?: Timestamp;
  readonly outcome?: Outcome;
  /** How long the part takes to come. */
  readonly partLeadTime?: Duration;
  /** Of the finding that opened it. */
  readonly forecast?: Forecast;
}

/** What was known of a component at a time. */
export interface Observation {
  readonly time: Timestamp;
  readonly component: string;
  readonly health: Health;
  /** When it is expected to end. */
  readonly forecast?: Forecast;
}

export interface AssetRecord {
  /** From the stored history folded once more, in which time passes by device time; silence is among them. */
  readonly findings: readonly Finding[];
  /** Of each component, as often as the measure asks. */
  readonly observations: readonly Observation[];
  /** As it stands after its last message. */
  readonly end: AssetView;
}

/** What came of a data set; nothing in it knows the truth. */
export interface Run {
  /** By opening. */
  readonly tickets: readonly TicketRecord[];
  readonly assets: ReadonlyMap<string, AssetRecord>;
  /** Values that the service refused, by reason. */
  readonly refused: Readonly<Record<string, number>>;
}

/** When a measure looks at the components: never, after an asset's last message, or after every one. */
export type Looks = 'never' | 'last' | 'every';
