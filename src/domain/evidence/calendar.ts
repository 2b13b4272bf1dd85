import { formatDate } from '../text.ts';
import type { Timestamp } from '../time.ts';
import type { EvidenceWords } from './words.ts';

/** Something falls due by the calendar: the same for whoever looks, whenever. */
export interface CalendarEvidence {
  readonly kind: 'calendar';
  readonly of: 'life' | 'inspection';
  readonly installedAt: Timestamp;
  /** End of life, or the date of the inspection. */
  readonly due: Timestamp;
}

export const calendarWords: EvidenceWords<CalendarEvidence> = {
  en: ({ of, installedAt, due }) =>
    of === 'life'
      ? `Installed ${formatDate(installedAt)}; its life by the calendar ends ${formatDate(due)}.`
      : `Inspection due ${formatDate(due)}; installed ${formatDate(installedAt)}.`,
  zh: ({ of, installedAt, due }) =>
    of === 'life'
      ? `安装于 ${formatDate(installedAt)}，日历寿命于 ${formatDate(due)} 到期。`
      : `应于 ${formatDate(due)} 检查；安装于 ${formatDate(installedAt)}。`,
  brief: ({ of, due }) => `${of === 'life' ? 'life ends' : 'inspection due'} ${formatDate(due)}`,
};
