import type { LocalText, RuleMode, Severity } from './model.ts';
import { formatDate, formatMinute, formatNumber, formatPercent, formatQuantity } from './text.ts';
import { type Duration, formatDuration, type Timestamp } from './time.ts';

export const RULE_STANDINGS = [
  ...(['firing', 'clearing', 'waiting', 'learning', 'paused', 'muted', 'no-data', 'quiet'] as const),
] as const;
/**
 * Firing: a finding stands. Clearing: it will be over. Waiting: it will be a finding if it lasts. Learning: it does not know
 * yet what is normal. Paused: its gate or its hours are closed. Muted: by maintenance.
 */
export type RuleStandingName = (typeof RULE_STANDINGS)[number];

/** How far a value is from a limit that it has not passed, or beyond the worst that it has. */
export interface LimitDistance {
  readonly metric: LocalText;
  readonly value: number;
  readonly unit?: string;
  readonly limit: number;
  readonly severity: Severity;
}

/** What there is to say of a rule on an asset. */
export interface RuleFacts {
  readonly standing: RuleStandingName;
  readonly mode: RuleMode;
  /** It opened more tickets than its cap, and only proposes. */
  readonly tripped: boolean;
  readonly severity?: Severity;
  /** Since when: it fires, the condition holds or is clear, the maintenance lasts, there is no data. */
  readonly since?: Timestamp;
  readonly until?: Timestamp;
  /** Of a delay: how much has passed, and how much has to. */
  readonly delay?: { readonly passed: Duration; readonly needed: Duration };
  readonly samples?: { readonly there: number; readonly needed: number };
  readonly learns?: { readonly passed: Duration; readonly needed: Duration };
  /** Why it is paused, as the model says it; absent where its hours are over. */
  readonly gate?: string;
  readonly distance?: LimitDistance;
  readonly wear?: {
    readonly share: number | null;
    readonly used?: number;
    readonly life?: number;
    readonly unit?: string;
  };
  /** Expected end. */
  readonly end?: Timestamp;
}

/** One rule on one asset, and why it is quiet or firing. */
export interface ExplainedRule {
  readonly ruleId: string;
  readonly kind: string;
  readonly componentId: string;
  readonly failureModeId: string;
  readonly mode: RuleMode;
  readonly tripped: boolean;
  readonly standing: RuleStandingName;
  /** Of what stands now. */
  readonly severity?: Severity;
  readonly since?: Timestamp;
  readonly text: LocalText;
}

const SEVERITY_WORDS: Readonly<Record<Severity, LocalText>> = {
  info: { en: 'info', zh: '提示' },
  warning: { en: 'warning', zh: '警告' },
  critical: { en: 'critical', zh: '严重' },
};

/** Why a rule is quiet or firing, in words. */
export function explainRule(facts: RuleFacts): LocalText {
  const parts = [standingText(facts), ...detailTexts(facts)];
  const after = consequenceText(facts);
  const join = (language: 'en' | 'zh', comma: string, stop: string) => {
    const told = parts.map((part) => part[language]).join(comma);
    return after ? `${told}${stop}${after[language]}` : told;
  };
  return { en: join('en', '; ', '. '), zh: join('zh', '；', '。') };
}

function standingText({ standing, severity, since, until, delay, gate, learns }: RuleFacts): LocalText {
  const level = severity && SEVERITY_WORDS[severity];
  const at = since === undefined ? '' : formatMinute(since);
  switch (standing) {
    case 'firing':
      return since === undefined
        ? { en: `firing: ${level!.en}`, zh: `已触发：${level!.zh}` }
        : { en: `firing: ${level!.en} since ${at}`, zh: `已触发：${level!.zh}，始于 ${at}` };
    case 'clearing':
      return {
        en: `clearing: ${level!.en}, clear again for ${of(delay!, 'en')} (off-delay)`,
        zh: `恢复中：${level!.zh}，已恢复 ${of(delay!, 'zh')}（恢复延时）`,
      };
    case 'waiting':
      return delay && delay.needed > 0
        ? {
            en: `waiting: the condition has held for ${of(delay, 'en')} (on-delay)`,
            zh: `等待中：条件已持续 ${of(delay, 'zh')}（触发延时）`,
          }
        : { en: 'waiting: the condition holds', zh: '等待中：条件已成立' };
    case 'learning':
      return learns
        ? {
            en: `learning what is normal: for ${of(learns, 'en')}`,
            zh: `正在学习正常状态：${of(learns, 'zh')}`,
          }
        : { en: 'learning what is normal: waits for a new component', zh: '尚未学习：等待更换部件后开始' };
    case 'paused':
      return gate === undefined
        ? { en: 'paused: outside its hours', zh: '暂停：不在其工作时段' }
        : { en: `paused: it judges only while ${gate}`, zh: `暂停：仅在 ${gate} 时判断` };
    case 'muted':
      if (!Number.isFinite(until))
        return { en: 'muted: maintenance until somebody ends it', zh: '已静默：维护中，直至有人结束' };
      return {
        en: `muted: maintenance until ${formatMinute(until!)}`,
        zh: `已静默：维护至 ${formatMinute(until!)}`,
      };
    case 'no-data':
      return since === undefined
        ? { en: 'no data yet', zh: '尚无数据' }
        : { en: `no data since ${at}`, zh: `自 ${at} 起无数据` };
    case 'quiet':
      return { en: 'quiet', zh: '正常' };
  }
}

function of(
  { passed, needed }: { readonly passed: Duration; readonly needed: Duration },
  language: 'en' | 'zh',
): string {
  const [there, all] = [formatDuration(passed, language), formatDuration(needed, language)];
  return language === 'en' ? `${there} of ${all}` : `${there}（共需 ${all}）`;
}

function detailTexts({ samples, distance, wear, end }: RuleFacts): LocalText[] {
  const texts: LocalText[] = [];
  if (samples) {
    const { there, needed } = samples;
    texts.push({ en: `${there} of ${needed} samples`, zh: `${there} / ${needed} 个样本` });
  }
  if (distance) texts.push(distanceText(distance));
  if (wear) texts.push(wearText(wear));
  if (end !== undefined)
    texts.push({ en: `end of life expected about ${formatDate(end)}`, zh: `预计寿命终止约 ${formatDate(end)}` });
  return texts;
}

function distanceText({ metric, value, unit, limit, severity }: LimitDistance): LocalText {
  const far = formatNumber(Math.abs(limit - value));
  const [now, bound] = [formatQuantity(value, unit), formatQuantity(limit, unit)];
  const isAbove = value > limit;
  const { en, zh } = SEVERITY_WORDS[severity];
  if (value === limit)
    return { en: `${metric.en} ${now}, at the ${en} limit`, zh: `${metric.zh} ${now}，正处于${zh}限值` };
  const side = isAbove ? { en: 'above', zh: '高于' } : { en: 'below', zh: '低于' };
  return {
    en: `${metric.en} ${now}, ${far} ${side.en} the ${en} limit of ${bound}`,
    zh: `${metric.zh} ${now}，${side.zh}${zh}限值 ${bound} ${far}`,
  };
}

function wearText({ share, used, life, unit }: NonNullable<RuleFacts['wear']>): LocalText {
  if (share === null) {
    return { en: 'how much of its life is used is not known', zh: '已用寿命未知' };
  }
  const span =
    used === undefined || life === undefined ? '' : ` (${formatNumber(used)} of ${formatQuantity(life, unit)})`;
  const spanZh =
    used === undefined || life === undefined ? '' : `（${formatNumber(used)} / ${formatQuantity(life, unit)}）`;
  return { en: `${formatPercent(share)} of life used${span}`, zh: `已用寿命 ${formatPercent(share)}${spanZh}` };
}

/** What a finding of it comes to, where that is no ticket at once. */
function consequenceText({ mode, tripped }: RuleFacts): LocalText | undefined {
  if (mode === 'observe') return { en: 'It only observes: it opens no tickets.', zh: '仅观察：不开工单。' };
  if (tripped)
    return {
      en: 'It tripped: it opened more tickets than its cap, and only proposes until it is reset.',
      zh: '已熔断：工单数超过上限，重置前仅提议。',
    };
  if (mode === 'propose')
    return { en: 'It proposes: a person releases its tickets.', zh: '提议模式：工单需人工确认。' };
  return undefined;
}
