import type { Duration, Timestamp } from '../domain/time.ts';
import type { Weibull } from '../prognostics/weibull.ts';
import type { AlarmState } from './alarm.ts';
import type { ExtendedLife } from './extendedLife.ts';
import type { EndedLife, TaughtLife } from './fleetLives.ts';
import type { LifeLevel } from './lifeLevels.ts';
import type { CounterOptions, CounterState } from './usageCounter.ts';
import type { UsageRisk } from './usageRisk.ts';
import type { UsageHours, UsageWear } from './usageWear.ts';

export interface LifeOptions {
  readonly componentId: string;
  readonly metricId: string;
  readonly unit: string;
  readonly life: number;
  /** How the lives of such parts differ; without it the rated life is the end of each. */
  readonly lives: Weibull | undefined;
  readonly calendarLife: Duration | undefined;
  /** Of a part whose life was extended: how many times as long it is. */
  readonly stretch?: number;
  /** By wear, mildest first; may be empty where it is raised by risk. */
  readonly levels: readonly LifeLevel[];
  /** Absent where wear is raised as soon as it passes a level. */
  readonly wear: UsageWear | undefined;
  readonly risk: UsageRisk | undefined;
  readonly hours: UsageHours;
  readonly counter: CounterOptions;
  /** The counter belongs to the component: its reading is the component's age. */
  readonly ownCounter: boolean;
  /** False where running time is integrated and an installation reading means nothing. */
  readonly byReading: boolean;
  /** It is no life but what goes by between two services. */
  readonly isService: boolean;
}

export interface UsageState {
  /** Whether the component's age is known; without it there is no wear. */
  known: boolean;
  installedAt: Timestamp | null;
  /** When it was installed, where the reading of that time is not known: the first within a day settles it. */
  awaiting: Timestamp | null;
  /** Reading at installation, kept until the first reading of the counter. */
  baseReading: number | null;
  /** The request for installation data was raised. */
  asked: boolean;
  /** Units since installation. */
  used: number;
  /** Its age when it came under watch; null until that is known. */
  entry: number | null;
  /** Nobody entered its installation: its counter was set back. */
  foundByCounter: boolean;
  /** Lives that ended in this place, the oldest first; few. */
  lives: EndedLife[];
  /** What the fleet has taught of the life of such parts. */
  taught: TaughtLife | null;
  /** Units taken out as implausible, since ever. */
  adjusted: number;
  /** Since its life was extended. */
  extended: ExtendedLife | null;
  /** The worst level of wear raised for this component; only a renewal or a longer life sets it back. */
  level: number;
  /** The share of life used, where that is raised with delays, more evidence, or can clear. */
  wear: AlarmState | null;
  /** The risk of its end, where it is raised by that. */
  risk: AlarmState | null;
  /** Severity that stands, as 1 + its rank; 0 when clear. */
  rank: number;
  start: Timestamp | null;
  stated: Timestamp | null;
  /** When a level was first passed that is raised only once the maintenance ends. */
  putOff: Timestamp | null;
  counter: CounterState;
  /** When the counter last rose, and the least that it ever rose by: its resolution, or coarser. */
  risenAt: Timestamp | null;
  leastRise: number | null;
  /** For integration: the last value of the running signal. */
  running: number;
  /** Usage of the last whole days, oldest first. */
  daily: number[];
  /** The UTC day that `dayUsed` and `dayAdjusted` belong to. */
  day: Timestamp | null;
  dayUsed: number;
  dayAdjusted: number;
  /** The present day began with data: a first, partial day says nothing of the rate. */
  wholeDay: boolean;
}
