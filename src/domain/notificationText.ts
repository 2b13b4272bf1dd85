import type { LocalText } from './model.ts';
import type { Language, NotifyEvent } from './notification.ts';
import type { Ticket } from './ticket.ts';
import type { Timestamp } from './time.ts';

/** What a person reads, in whatever form the channel has. */
export interface Message {
  readonly title: string;
  readonly lines: readonly string[];
  readonly url?: string | undefined;
  /** All there is to say, for channels with room for it: in place of the first line. */
  readonly body?: string;
}

/** One thing to be told. */
export interface Told {
  readonly event: NotifyEvent;
  readonly ticket: Ticket;
  /** Of the line of history. */
  readonly text: string;
  readonly by: string;
}

const EVENTS: Readonly<Record<NotifyEvent, LocalText>> = {
  opened: { en: 'New ticket', zh: '新工单' },
  proposed: { en: 'Proposed ticket, waits for release', zh: '建议工单,待批准' },
  escalated: { en: 'Got worse', zh: '情况加重' },
  reopened: { en: 'Reopened', zh: '重新打开' },
  'brought-up': { en: 'Reminder', zh: '提醒' },
  campaign: { en: 'Campaign', zh: '批次问题' },
  'sla-warning': { en: 'Soon due', zh: '即将超时' },
  'sla-breach': { en: 'Overdue', zh: '已超时' },
  assigned: { en: 'Assigned', zh: '已分派' },
  status: { en: 'Changed', zh: '状态变更' },
  resolved: { en: 'Resolved', zh: '已解决' },
  closed: { en: 'Closed', zh: '已关闭' },
  comment: { en: 'Comment', zh: '备注' },
  'follow-up': { en: 'How did we do?', zh: '您对我们的服务满意吗？' },
  rated: { en: 'Rated', zh: '已评分' },
  'delivery-failed': { en: 'Not delivered to the desk', zh: '未能送达服务台' },
};

const WORDS = {
  asset: { en: 'Asset', zh: '设备' },
  site: { en: 'Site', zh: '站点' },
  team: { en: 'Team', zh: '班组' },
  respondBy: { en: 'Respond by', zh: '响应期限' },
  solveBy: { en: 'Solve by', zh: '解决期限' },
  note: { en: 'Note', zh: '说明' },
} satisfies Record<string, LocalText>;

/** The lines that one digest shows. */
const SHOWN = 40;

export function notificationMessage(told: Told, language: Language, link: (ticket: Ticket) => string): Message {
  const { ticket, event, text, by } = told;
  const word = (name: keyof typeof WORDS, value: string | undefined) =>
    value === undefined || value === '' ? [] : [`${WORDS[name][language]}: ${value}`];
  const note = event === 'opened' || event === 'proposed' ? undefined : `${text} (${by})`;
  return {
    title: headline(told, language),
    lines: [
      ticket.summary[language],
      ...word('note', text === '' ? undefined : note),
      ...word('asset', ticket.assetId),
      ...word('site', ticket.siteId),
      ...word('team', ticket.team),
      ...word('respondBy', ticket.acknowledgedAt === undefined ? instant(ticket.respondBy) : undefined),
      ...word('solveBy', ticket.resolvedAt === undefined ? instant(ticket.solveBy) : undefined),
    ],
    url: link(ticket),
  };
}

/** For a customer, who knows nothing of what is inside. */
export function followUpMessage({ number, title }: Ticket, language: Language, url: string): Message {
  const about = `#${number} ${title[language]}`;
  const ask = {
    en: 'It is done. Please tell us what you think of how we dealt with it.',
    zh: '已处理完成。请告诉我们您对此次服务的看法。',
  };
  return { title: `${EVENTS['follow-up'][language]} ${about}`, lines: [about, ask[language]], url };
}

/** What was held back, in one message. */
export function digestMessage(all: readonly Told[], language: Language): Message {
  const count = all.length;
  const more = count - SHOWN;
  const rest = language === 'en' ? `and ${more} more` : `另有 ${more} 条`;
  return {
    title: language === 'en' ? `Fettle: ${count} notifications` : `Fettle:${count} 条通知`,
    lines: [...all.slice(0, SHOWN).map((told) => headline(told, language)), ...(more > 0 ? [rest] : [])],
  };
}

function headline({ event, ticket }: Told, language: Language): string {
  return `[${ticket.priority}] #${ticket.number} ${EVENTS[event][language]}: ${ticket.title[language]}`;
}

function instant(time: Timestamp | undefined): string | undefined {
  return time === undefined ? undefined : `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
