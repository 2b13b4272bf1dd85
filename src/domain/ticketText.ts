import { type Evidence, reason } from './evidence/index.ts';
import type { Forecast } from './finding.ts';
import type { CodeText, LocalText, Severity } from './model.ts';
import { serviceWords } from './serviceText.ts';
import { formatDate, lowerFirst } from './text.ts';
import type { Priority, ServiceWork, TicketPart } from './ticket.ts';
import { formatDuration, type Timestamp } from './time.ts';

/** What a ticket's words are made of. */
export interface TicketFacts {
  readonly assetName: string;
  /** Absent where the asset as a whole is meant. */
  readonly component?: LocalText;
  readonly failureMode: LocalText;
  readonly metricName?: LocalText;
  readonly codeTexts?: Readonly<Record<string, CodeText>>;
  readonly ruleTexts?: Readonly<Record<string, LocalText>>;
  readonly since: Timestamp;
  readonly evidence: Evidence;
  readonly forecast?: Forecast;
  readonly part?: TicketPart;
  readonly doBy?: Timestamp;
  /** Where a service is due instead of a life ending. */
  readonly service?: ServiceWork | undefined;
}

export function ticketTitle(facts: Pick<TicketFacts, 'assetName' | 'component' | 'failureMode'>): LocalText {
  const { assetName, component, failureMode } = facts;
  if (!component) return { en: `${assetName}: ${lowerFirst(failureMode.en)}`, zh: `${assetName}：${failureMode.zh}` };
  return {
    en: `${assetName}: ${component.en}, ${lowerFirst(failureMode.en)}`,
    zh: `${assetName}：${component.zh}，${failureMode.zh}`,
  };
}

/** What a title is made of. */
export interface TitleFacts {
  readonly asset: { readonly id: string; readonly name: string; readonly model: LocalText };
  readonly siteId: string;
  readonly customerId?: string | undefined;
  /** Absent where the asset as a whole is meant. */
  readonly component?: LocalText | undefined;
  readonly failureMode: LocalText;
  readonly severity: Severity;
  readonly priority: Priority;
  /** The one of {@link ticketTitle}. */
  readonly title: LocalText;
}

/** The words of an installation's own where it has some. */
export type WriteTitle = (facts: TitleFacts) => LocalText;

/** What, how sure, until when, what to bring: in plain words. */
export function ticketSummary(facts: TicketFacts): LocalText {
  const why = reason(facts.evidence, facts);
  if (facts.service) return serviceWords(why, facts.service, facts.doBy);
  return {
    en: [why.en, englishForecast(facts.forecast), englishAction(facts)].filter(Boolean).join(' '),
    zh: [why.zh, chineseForecast(facts.forecast), chineseAction(facts)].filter(Boolean).join(''),
  };
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
