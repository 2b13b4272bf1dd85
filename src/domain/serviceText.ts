import type { LocalText } from './model.ts';
import { formatDate } from './text.ts';
import type { ServiceWork } from './ticket.ts';
import type { Timestamp } from './time.ts';

/** Why, until when, what to do and what to bring. */
export function serviceWords(
  why: LocalText,
  { checklist, parts }: ServiceWork,
  doBy: Timestamp | undefined,
): LocalText {
  const steps = (language: keyof LocalText) => checklist.map((step, at) => `${at + 1}. ${step[language]}`);
  const bring = (language: keyof LocalText) =>
    parts.map(({ number, name, quantity }) => `${quantity} × ${name ? `${name[language]} (${number})` : number}`);
  return {
    en: [
      why.en,
      doBy !== undefined && `Act by ${formatDate(doBy)}.`,
      parts.length > 0 && `Bring: ${bring('en').join(', ')}.`,
      checklist.length > 0 && `To do: ${steps('en').join(' ')}`,
    ]
      .filter(Boolean)
      .join(' '),
    zh: [
      why.zh,
      doBy !== undefined && `请在 ${formatDate(doBy)} 前处理。`,
      parts.length > 0 && `请携带：${bring('zh').join('，')}。`,
      checklist.length > 0 && `工作项：${steps('zh').join(' ')}`,
    ]
      .filter(Boolean)
      .join(''),
  };
}
