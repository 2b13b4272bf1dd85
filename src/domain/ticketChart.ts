import type { LocalText } from './model.ts';
import type { Timestamp } from './time.ts';

/** What a ticket rests on, as a picture of it shows it; numbers in `unit`. */
export interface TicketChart {
  readonly assetName: string;
  readonly name: LocalText;
  readonly unit?: string;
  readonly from: Timestamp;
  readonly to: Timestamp;
  /** In order of time; of several values close together their mean and extremes. */
  readonly points: readonly ChartPoint[];
  /** The evidence. */
  readonly window: { readonly from: Timestamp; readonly to: Timestamp };
  readonly openedAt: Timestamp;
  /** The limit it is held against. */
  readonly limit?: number;
  /** What is usual. */
  readonly expected?: number;
  /** From where it stands to the limit, reached at these times; null: beyond the horizon. */
  readonly forecast?: {
    readonly time: Timestamp;
    readonly value: number;
    readonly p10: Timestamp | null;
    readonly p50: Timestamp | null;
    readonly p90: Timestamp | null;
  };
  /** IANA time zone of its clocks. */
  readonly zone: string;
}

export interface ChartPoint {
  readonly time: Timestamp;
  readonly value: number;
  readonly min: number;
  readonly max: number;
}
