import { entitlementOf } from '../domain/entitlement.ts';
import { reason } from '../domain/evidence/index.ts';
import type { LocalText, Severity } from '../domain/model.ts';
import { formatDate, formatMinute, formatPercent, formatQuantity } from '../domain/text.ts';
import type { Outcome, Ticket } from '../domain/ticket.ts';
import type { Solution, TicketBackground, TicketLinks } from '../domain/ticketBackground.ts';
import type { TitleFacts } from '../domain/ticketText.ts';
import { formatDuration, type Timestamp } from '../domain/time.ts';
import { utcToWall } from '../domain/zone.ts';
import { TICKET_NAMES } from './names.ts';
import type { Scope } from './template.ts';
import type { Language } from './texts.ts';

/** What a ticket's body is written from. */
export interface BodyFacts {
  readonly ticket: Ticket;
  /** The ticket as the API shows it. */
  readonly document: object;
  readonly background: TicketBackground;
  readonly links: TicketLinks;
  /** IANA time zone of its dates. */
  readonly zone: string;
}

/** What templates of titles may name. */
export const TITLE_NAMES: readonly string[] = [
  ...['asset.id', 'asset.name', 'asset.model', 'asset.site', 'asset.customer', 'component', 'failureMode'],
  ...['severity', 'priority', 'title', 'language'],
];

/** What templates of bodies may name. */
export const BODY_NAMES: readonly string[] = [
  ...TICKET_NAMES,
  ...['asset.id', 'asset.name', 'asset.model', 'asset.serial', 'asset.site', 'asset.customer'],
  ...['links.ticket', 'links.asset', 'links.chart', 'links.dashboard', 'part.number', 'part.name', 'part.leadTime'],
  ...[
    'window.from',
    'window.to',
    'title',
    'summary',
    'language',
    'component',
    'failureMode',
    'severity',
    'safety',
    'why',
  ],
  ...['remaining', 'usage', 'doBy', 'entitlement', 'earlier', 'solutions', 'advice'],
];

const SEVERITY: Readonly<Record<Severity, LocalText>> = {
  info: { en: 'info', zh: '提示' },
  warning: { en: 'warning', zh: '警告' },
  critical: { en: 'critical', zh: '严重' },
};

const OUTCOME: Readonly<Record<Outcome, LocalText>> = {
  'failure-found': { en: 'failure found', zh: '发现故障' },
  'worn-as-expected': { en: 'worn as expected', zh: '正常磨损' },
  'no-fault-found': { en: 'no fault found', zh: '未发现故障' },
  'other-cause': { en: 'other cause', zh: '其他原因' },
  'cleared-unconfirmed': { en: 'cleared by itself', zh: '自行恢复' },
  'replaced-detected': { en: 'replacement detected', zh: '检测到更换' },
};

const REPLACED: LocalText = { en: 'replaced', zh: '已更换' };
/** Of a note; desks cut long texts off where it hurts. */
const NOTE_LENGTH = 300;

/** The values that {@link TITLE_NAMES} stand for. */
export function titleScope(facts: TitleFacts, language: Language): Scope {
  const { asset, siteId, customerId, component, failureMode, severity, priority, title } = facts;
  return {
    asset: { id: asset.id, name: asset.name, model: asset.model[language], site: siteId, customer: customerId },
    component: component?.[language],
    failureMode: failureMode[language],
    severity: SEVERITY[severity][language],
    priority,
    title: title[language],
    language,
  };
}

/** The values that {@link BODY_NAMES} stand for: lists are empty, and what is unknown is absent. */
export function bodyScope({ ticket, document, background, links, zone }: BodyFacts, language: Language): Scope {
  const { evidence, window, doBy, part } = ticket;
  const { assetName, modelName, serial, component, failureMode, safety, usage, earlier, solutions, advice } =
    background;
  const { metricName, codeTexts, ruleTexts } = background;
  const told = { ...(metricName && { metricName }), ...(codeTexts && { codeTexts }), ...(ruleTexts && { ruleTexts }) };
  const date = (time: Timestamp) => formatDate(utcToWall(time, zone));
  const minute = (time: Timestamp) =>
    zone === 'UTC' ? formatMinute(time) : formatMinute(utcToWall(time, zone)).replace('UTC', zone);
  return {
    ticket: document,
    language,
    title: ticket.title[language],
    summary: ticket.summary[language],
    asset: {
      id: ticket.assetId,
      name: assetName,
      model: modelName[language],
      serial,
      site: ticket.siteId,
      customer: ticket.customerId,
    },
    component: component?.[language],
    failureMode: failureMode[language],
    severity: SEVERITY[ticket.severity][language],
    safety: safety.map((note) => note[language]),
    why: evidence && window && reason(evidence, { since: window.from, ...told })[language],
    window: window && { from: minute(window.from), to: minute(window.to) },
    remaining: remainingOf(ticket, date, language),
    usage:
      usage &&
      `${formatQuantity(usage.used, undefined)} / ${formatQuantity(usage.life, usage.unit)} (${formatPercent(usage.wear)})`,
    doBy: doBy === undefined ? undefined : minute(doBy),
    part: part && {
      number: part.number,
      name: part.name?.[language],
      leadTime: formatDuration(part.leadTimeMs, language),
    },
    entitlement: entitlementOf(ticket.contract, ticket.openedAt).text[language],
    earlier: earlier.map(({ id, number, openedAt, closedAt, outcome, note }) => ({
      id,
      number,
      openedAt: date(openedAt),
      closedAt: date(closedAt),
      outcome: OUTCOME[outcome][language],
      note: note && clipped(note),
    })),
    solutions: solutions.map((one) => ({
      text: solutionText(one, language),
      parts: one.parts,
      times: one.times,
      helped: one.helped,
      lastAt: date(one.lastAt),
    })),
    advice: advice.map((text) => text[language]),
    links,
  };
}

/** From the newest evidence on; what is past is over. */
function remainingOf({ forecast, window }: Ticket, date: (time: Timestamp) => string, language: Language) {
  if (!forecast || !window) return undefined;
  const beyond = { en: 'beyond ten years', zh: '十年以后' }[language];
  const over = { en: 'over', zh: '已到' }[language];
  return (['p10', 'p50', 'p90'] as const).map((name) => {
    const end = forecast[name];
    if (end === null) return { name: name.toUpperCase(), text: beyond };
    const left = end > window.to ? formatDuration(end - window.to, language) : over;
    return { name: name.toUpperCase(), text: language === 'en' ? `${left} (${date(end)})` : `${left}（${date(end)}）` };
  });
}

function solutionText({ note, parts, replaced }: Solution, language: Language): string {
  const isEnglish = language === 'en';
  const done = [...(replaced ? [REPLACED[language]] : []), ...parts].join(isEnglish ? ', ' : '，');
  const said = note && clipped(note).replace(/[.。]$/, '');
  if (!said) return done;
  if (done === '') return said;
  return isEnglish ? `${said} (${done})` : `${said}（${done}）`;
}

function clipped(note: string): string {
  const line = note.trim().replaceAll(/\s+/g, ' ');
  return line.length > NOTE_LENGTH ? `${line.slice(0, NOTE_LENGTH - 1)}…` : line;
}
