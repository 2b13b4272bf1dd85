import type { Evidence, Forecast } from './finding.ts';
import type { LocalText } from './model.ts';
import type { TicketPart } from './ticket.ts';
import { formatDuration, type Timestamp } from './time.ts';

/** What a ticket's words are made of. */
export interface TicketFacts {
  readonly assetName: string;
  /** Absent where the asset as a whole is meant. */
  readonly component?: LocalText;
  readonly failureMode: LocalText;
  readonly metricName?: LocalText;
  readonly since: Timestamp;
  readonly evidence: Evidence;
  readonly forecast?: Forecast;
  readonly part?: TicketPart;
  readonly doBy?: Timestamp;
}

export function ticketTitle(facts: Pick<TicketFacts, 'assetName' | 'component' | 'failureMode'>): LocalText {
  const { assetName, component, failureMode } = facts;
  if (!component) return { en: `${assetName}: ${lowerFirst(failureMode.en)}`, zh: `${assetName}：${failureMode.zh}` };
  return {
    en: `${assetName}: ${component.en}, ${lowerFirst(failureMode.en)}`,
    zh: `${assetName}：${component.zh}，${failureMode.zh}`,
  };
}

/** What, how sure, until when, what to bring: in plain words. */
export function ticketSummary(facts: TicketFacts): LocalText {
  return {
    en: [englishReason(facts), englishForecast(facts.forecast), englishAction(facts)].filter(Boolean).join(' '),
    zh: [chineseReason(facts), chineseForecast(facts.forecast), chineseAction(facts)].filter(Boolean).join(''),
  };
}

/** `2026-12-14`, UTC. */
export function formatDate(time: Timestamp): string {
  return new Date(time).toISOString().slice(0, 10);
}

function formatMinute(time: Timestamp): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** At most four significant digits, large numbers whole. */
export function formatNumber(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(4)));
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function englishReason({ evidence, metricName, since }: TicketFacts): string {
  switch (evidence.kind) {
    case 'threshold': {
      const unit = evidence.unit ? ` ${evidence.unit}` : '';
      const name = metricName?.en ?? evidence.metricId;
      return `${name} ${evidence.direction} ${formatNumber(evidence.limit)}${unit} since ${formatMinute(since)} (worst ${formatNumber(evidence.extreme)}${unit}, now ${formatNumber(evidence.value)}${unit}).`;
    }
    case 'usage':
      return `${percent(evidence.wear)} of life used${usageDetail(evidence, { of: ' of ', perDay: ' a day', comma: ', ', open: ' (', close: ')' })}.`;
    case 'silence':
      return `Nothing heard since ${formatMinute(evidence.lastHeard)} (${formatDuration(evidence.silentFor)}).`;
    case 'installation-unknown':
      return `When these components were installed, and at which counter reading, is not known, so their wear is not either: ${evidence.componentIds.join(', ')}. Please enter it.`;
  }
}

function chineseReason({ evidence, metricName, since }: TicketFacts): string {
  switch (evidence.kind) {
    case 'threshold': {
      const unit = evidence.unit ? ` ${evidence.unit}` : '';
      const name = metricName?.zh ?? evidence.metricId;
      const direction = evidence.direction === 'above' ? '高于' : '低于';
      return `${name}自 ${formatMinute(since)} 起${direction} ${formatNumber(evidence.limit)}${unit}（最差 ${formatNumber(evidence.extreme)}${unit}，当前 ${formatNumber(evidence.value)}${unit}）。`;
    }
    case 'usage':
      return `已使用寿命的 ${percent(evidence.wear)}${usageDetail(evidence, { of: ' / ', perDay: '/天', comma: '，', open: '（', close: '）' })}。`;
    case 'silence':
      return `自 ${formatMinute(evidence.lastHeard)} 起未收到任何数据（${formatDuration(evidence.silentFor, 'zh')}）。`;
    case 'installation-unknown':
      return `以下部件的安装时间和计数器读数未知，无法计算磨损：${evidence.componentIds.join('、')}。请补录。`;
  }
}

type UsageEvidence = Extract<Evidence, { kind: 'usage' }>;

interface UsageWords {
  readonly of: string;
  readonly perDay: string;
  readonly comma: string;
  readonly open: string;
  readonly close: string;
}

/** What was used of what, in parentheses; empty where the calendar decides. */
function usageDetail(evidence: UsageEvidence, { of, perDay, comma, open, close }: UsageWords): string {
  const { used, life, unit, ratePerDay, calendarWear } = evidence;
  if (calendarWear !== undefined && calendarWear >= used / life) return '';
  const rate = ratePerDay === undefined ? '' : `${comma}${formatNumber(ratePerDay)} ${unit}${perDay}`;
  return `${open}${formatNumber(used)}${of}${formatNumber(life)} ${unit}${rate}${close}`;
}

/** The reason in a few words, for a line in a list; `metricName` instead of the metric's id. */
export function briefReason(evidence: Evidence, metricName?: string): string {
  switch (evidence.kind) {
    case 'threshold': {
      const unit = evidence.unit ? ` ${evidence.unit}` : '';
      const name = metricName ?? evidence.metricId;
      return `${lowerFirst(name)} ${formatNumber(evidence.extreme)}${unit}, limit ${formatNumber(evidence.limit)}${unit}`;
    }
    case 'usage':
      return `${percent(evidence.wear)} of life used`;
    case 'silence':
      return `silent for ${formatDuration(evidence.silentFor)}`;
    case 'installation-unknown':
      return `when was it installed: ${evidence.componentIds.join(', ')}?`;
  }
}

function englishForecast(forecast: Forecast | undefined): string {
  if (!forecast) return '';
  const { p10, p50, p90 } = forecast;
  if (p50 === null) return 'No end of life within ten years at the recent rate.';
  if (p10 === p50 && p50 === p90) return `End of life: ${formatDate(p50)}.`;
  const late = p90 === null ? 'beyond ten years' : formatDate(p90);
  return `End of life expected about ${formatDate(p50)} (8 in 10 chance: between ${formatDate(p10 ?? p50)} and ${late}).`;
}

function chineseForecast(forecast: Forecast | undefined): string {
  if (!forecast) return '';
  const { p10, p50, p90 } = forecast;
  if (p50 === null) return '按近期使用速率，十年内不会到寿命终点。';
  if (p10 === p50 && p50 === p90) return `寿命终点：${formatDate(p50)}。`;
  const late = p90 === null ? '十年以后' : formatDate(p90);
  return `预计寿命终点约为 ${formatDate(p50)}（八成可能在 ${formatDate(p10 ?? p50)} 至 ${late} 之间）。`;
}

function englishAction({ part, doBy }: TicketFacts): string {
  const bring =
    part && `Bring: ${part.name?.en ?? part.number} (${part.number}, lead time ${formatDuration(part.leadTimeMs)}).`;
  return [bring, doBy !== undefined && `Act by ${formatDate(doBy)}.`].filter(Boolean).join(' ');
}

function chineseAction({ part, doBy }: TicketFacts): string {
  const bring =
    part &&
    `请携带：${part.name?.zh ?? part.number}（${part.number}，到货时间 ${formatDuration(part.leadTimeMs, 'zh')}）。`;
  return [bring, doBy !== undefined && `请在 ${formatDate(doBy)} 前处理。`].filter(Boolean).join('');
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
