import { formatDate } from '../text.ts';
import type { Timestamp } from '../time.ts';
import type { EvidenceWords } from './words.ts';

/** Something falls due by the calendar: the same for whoever looks, whenever. */
export interface CalendarEvidence {
  readonly kind: 'calendar';
  readonly of: 'life' | 'inspection' | 'service';
  readonly installedAt: Timestamp;
  /** End of life, or the date of the inspection or service. */
  readonly due: Timestamp;
}

export const calendarWords: EvidenceWords<CalendarEvidence> = {
  en: ({ of, installedAt, due }) =>
    of === 'life'
      ? `Installed ${formatDate(installedAt)}; its life by the calendar ends ${formatDate(due)}.`
      : `${NAMES[of].en} due ${formatDate(due)}; ${SINCE[of].en} ${formatDate(installedAt)}.`,
  zh: ({ of, installedAt, due }) =>
    of === 'life'
      ? `安装于 ${formatDate(installedAt)}，日历寿命于 ${formatDate(due)} 到期。`
      : `应于 ${formatDate(due)} ${NAMES[of].zh}；${SINCE[of].zh} ${formatDate(installedAt)}。`,
  brief: ({ of, due }) => `${of === 'life' ? 'life ends' : `${NAMES[of].en.toLowerCase()} due`} ${formatDate(due)}`,
};

const NAMES = { inspection: { en: 'Inspection', zh: '检查' }, service: { en: 'Service', zh: '保养' } } as const;
const SINCE = { inspection: { en: 'installed', zh: '安装于' }, service: { en: 'in use since', zh: '投用于' } } as const;
