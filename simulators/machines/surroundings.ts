import { wander } from '../random.ts';
import { DAY, HOUR } from '../time.ts';

/** Where a machine stands. */
export interface Surroundings {
  /** Local time less UTC, in ms. */
  readonly utcOffset: number;
  /** Yearly mean of the outdoor temperature and how far summer and winter lie from it, in °C. */
  readonly meanTemperature: number;
  readonly seasonalSwing: number;
}

export const TEMPERATE: Surroundings = { utcOffset: 0, meanTemperature: 11, seasonalSwing: 9 };

/** Outdoor temperature in °C: season, time of day and weather (northern hemisphere, warmest end of July at 15 h). */
function outdoorTemperature(place: Surroundings, seed: number, time: number): number {
  const local = time + place.utcOffset;
  const season = Math.cos((2 * Math.PI * (local / DAY - 205)) / 365.25);
  const day = Math.cos((2 * Math.PI * (local / HOUR - 15)) / 24);
  return place.meanTemperature + place.seasonalSwing * season + 4 * day + 4 * wander(seed, time, 3 * DAY);
}

/** Temperature in a machine room or hall, which follows the weather damped. */
export function indoorTemperature(place: Surroundings, seed: number, time: number): number {
  return Math.max(8, 12 + 0.55 * outdoorTemperature(place, seed, time));
}

/** How busy a place is over the hours of a day (0–23), on working days, Saturdays and Sundays; 0 to 1. */
export interface WeekPattern {
  readonly workday: readonly number[];
  readonly saturday: readonly number[];
  readonly sunday: readonly number[];
}

const hours = (text: string): number[] => [...text].map((digit) => Number(digit) / 9);

/** Two shifts, a short Saturday; digits 0–9 are the hours of a day. */
export const FACTORY: WeekPattern = {
  workday: hours('000003788878888888876300'),
  saturday: hours('000000566665400000000000'),
  sunday: hours('000000000000000000000000'),
};

export const OFFICE: WeekPattern = {
  workday: hours('000000014897579876521000'),
  saturday: hours('000000000121110000000000'),
  sunday: hours('000000000000000000000000'),
};

/** A building with flats and offices. */
export const BUILDING: WeekPattern = {
  workday: hours('111111389765665567986432'),
  saturday: hours('211111123456655555554432'),
  sunday: hours('211111112345544444444321'),
};

/** Local busyness at a time, interpolated between the hours. */
export function busyness(pattern: WeekPattern, place: Surroundings, time: number): number {
  const local = time + place.utcOffset;
  const hour = Math.floor(local / HOUR);
  const here = atHour(pattern, hour);
  return here + (atHour(pattern, hour + 1) - here) * (local / HOUR - hour);
}

function atHour(pattern: WeekPattern, hour: number): number {
  const day = Math.floor(hour / 24);
  // Day 0 of the epoch was a Thursday; 0 is Sunday.
  const weekday = (day + 4) % 7;
  const hoursOfDay = weekday === 0 ? pattern.sunday : weekday === 6 ? pattern.saturday : pattern.workday;
  return hoursOfDay[hour - day * 24]!;
}
