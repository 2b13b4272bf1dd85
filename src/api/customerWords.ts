import type { CustomerState, CustomerStep } from '../domain/customerView.ts';
import type { LocalText } from '../domain/model.ts';

export type Language = keyof LocalText;

export const STATE_WORDS: Readonly<Record<CustomerState, LocalText>> = {
  good: { en: 'Runs as it should', zh: '运行正常' },
  watch: { en: 'Runs; we keep an eye on it', zh: '运行中，我们正在关注' },
  soon: { en: 'Needs attention soon', zh: '近期需要维护' },
  urgent: { en: 'Needs attention now', zh: '需要立即处理' },
  serviced: { en: 'Is being serviced', zh: '正在维护' },
  unknown: { en: 'Has not reported yet', zh: '尚未收到设备数据' },
};

export const COMPONENT_WORDS: Readonly<Record<CustomerState, LocalText>> = {
  good: { en: 'good', zh: '良好' },
  watch: { en: 'good; we keep an eye on it', zh: '良好，我们正在关注' },
  soon: { en: 'needs attention soon', zh: '近期需要维护' },
  urgent: { en: 'needs attention now', zh: '需要立即处理' },
  serviced: { en: 'is being serviced', zh: '正在维护' },
  unknown: { en: 'not known yet', zh: '暂无数据' },
};

export const STEP_WORDS: Readonly<Record<CustomerStep, LocalText>> = {
  received: { en: 'Received', zh: '已收到' },
  accepted: { en: 'Accepted', zh: '已受理' },
  planned: { en: 'Planned', zh: '已安排' },
  done: { en: 'Done', zh: '已完成' },
};

/** The words of the page that stand for themselves. */
export const WORDS = {
  lastHeard: { en: 'Last report', zh: '最近上报' },
  components: { en: 'Its parts', zh: '部件状况' },
  replaceBy: { en: 'replace by about', zh: '建议更换时间：约' },
  dueNow: { en: 'due to be replaced', zh: '应当更换' },
  longYet: { en: 'good for more than a year', zh: '一年内无需更换' },
  open: { en: 'What we are working on', zh: '处理中的工单' },
  noneOpen: { en: 'Nothing is open.', zh: '目前没有处理中的工单。' },
  ticket: { en: 'Ticket', zh: '工单' },
  since: { en: 'since', zh: '开始于' },
  progress: { en: 'Progress', zh: '进度' },
  visit: { en: 'Visit', zh: '上门时间' },
  underWay: { en: 'Work is under way.', zh: '正在处理。' },
  waits: { en: 'We are waiting for your answer.', zh: '我们正在等待您的回复。' },
  putOff: { en: 'Put off until', zh: '推迟至' },
  closed: { en: 'Done lately', zh: '最近完成' },
  rate: { en: 'How did we do? Rate it', zh: '请为我们的服务评分' },
  rated: { en: 'You rated it', zh: '您的评分' },
  ask: { en: 'Tell us something', zh: '报修与留言' },
  what: { en: 'What is the matter?', zh: '请描述情况' },
  about: { en: 'Is it about', zh: '关于' },
  somethingNew: { en: 'Something new', zh: '新问题' },
  phone: { en: 'Phone (if you want a call)', zh: '电话（如需回电）' },
  email: { en: 'E-mail (if you want an answer)', zh: '邮箱（如需回复）' },
  send: { en: 'Send', zh: '提交' },
  thanks: { en: 'Thank you, we have it. It is ticket', zh: '谢谢，我们已收到。工单号：' },
  missing: { en: 'Please write what is the matter.', zh: '请描述情况。' },
  often: {
    en: 'That was too often. Please try again in a few minutes.',
    zh: '操作过于频繁，请几分钟后再试。',
  },
  unknown: {
    en: 'This link is not valid. Please use the one that we gave you.',
    zh: '链接无效，请使用我们提供给您的链接。',
  },
  ended: {
    en: 'This link has ended. Please ask us for a new one.',
    zh: '链接已失效，请向我们索取新的链接。',
  },
  page: { en: 'Your equipment', zh: '您的设备' },
  other: { en: 'English', zh: '中文' },
} as const satisfies Record<string, LocalText>;

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' };

/** The language asked for by `?lang=`, else the first of those that the browser prefers, else English. */
export function languageOf(asked: unknown, accepted: string | undefined): Language {
  if (asked === 'en' || asked === 'zh') return asked;
  const preferred = (accepted ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
      const weight = parameters.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find((q) => q !== undefined);
      return { language: tag.split('-')[0], weight: Number(weight ?? 1) };
    })
    .filter(({ language, weight }) => (language === 'en' || language === 'zh') && weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  return preferred[0]?.language === 'zh' ? 'zh' : 'en';
}

/** `3 March`, with the year where it is not the present one. */
export function dayText(time: number, language: Language, zone: string, now: number): string {
  const year = (at: number) => new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: zone }).format(at);
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    day: 'numeric',
    month: 'long',
    ...(year(time) !== year(now) && { year: 'numeric' }),
    timeZone: zone,
  });
  return format.format(time);
}

/** `Tuesday 3 March at 14:00`. */
export function momentText(time: number, language: Language, zone: string): string {
  const options = { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat(LOCALES[language], { ...options, timeZone: zone }).format(time);
}
