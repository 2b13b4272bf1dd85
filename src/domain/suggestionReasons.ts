import type { LocalText } from './model.ts';
import type { LimitTrial, WarningLost } from './suggestion.ts';
import { formatMinute, formatPercent } from './text.ts';
import { formatDuration, type Timestamp } from './time.ts';

/** Why limits should be moved, or why nothing can be said of it, in plain words. */
export const SUGGESTION_REASONS = {
  noLimits: (kind: string): LocalText => ({
    en: `A rule of kind ${kind} has no limits to move.`,
    zh: `${kind} 类规则没有可调整的限值。`,
  }),
  tooFew: (outcomes: number, needed: number): LocalText => ({
    en: `${outcomes} of ${needed} outcomes: too few to suggest anything yet.`,
    zh: `已有 ${outcomes} 个结果，需要 ${needed} 个：尚不足以给出建议。`,
  }),
  untried: (outcomes: number): LocalText => ({
    en: `${outcomes} outcomes are known; other limits have not been tried on stored history yet.`,
    zh: `已知 ${outcomes} 个结果；尚未用历史数据试算其他限值。`,
  }),
  running: (progress: number): LocalText => ({
    en: `Other limits are being tried on stored history (${formatPercent(progress)}).`,
    zh: `正在用历史数据试算其他限值（${formatPercent(progress)}）。`,
  }),
  changed: (at: Timestamp): LocalText => ({
    en: `The rule has been changed since other limits were tried (${formatMinute(at)}).`,
    zh: `上次试算（${formatMinute(at)}）之后规则已更改。`,
  }),
  failed: (error: string): LocalText => ({
    en: `Other limits could not be tried: ${error}.`,
    zh: `无法试算其他限值：${error}。`,
  }),
  nothingToTry: (shown: number): LocalText => ({
    en: `None of ${shown} outcomes tells where else the limit should be: none was false or early, and nothing was missed that could be told by how far others went.`,
    zh: `${shown} 个结果均未表明限值应调整到何处：没有误报或过早的预测，也没有可据此推断的漏报。`,
  }),
  tooFewShown: (shown: number, known: number, needed: number): LocalText => ({
    en: `Of ${known} outcomes the stored history shows ${shown} again under today's limits; it takes ${needed}.`,
    zh: `${known} 个结果中，历史数据在现行限值下仅能重现 ${shown} 个；需要 ${needed} 个。`,
  }),
  noneBetter: (tried: number, shown: number): LocalText => ({
    en: `None of ${tried} other limits would have served better for ${shown} outcomes: each loses hits, spares no false ticket or opens too many of which nobody knows.`,
    zh: `就 ${shown} 个结果而言，试算的 ${tried} 组限值均不优于现行限值：会漏掉故障、不能减少误报，或产生过多无法验证的工单。`,
  }),
  better: (today: LimitTrial, better: LimitTrial, shown: number): LocalText => {
    const [from, to] = [today.limits[0]!, better.limits[0]!];
    const [was, is] = [today.figures, better.figures];
    return {
      en: `Move the limit from ${from} to ${to}: for ${shown} outcomes on stored history false or early ${was.falses} → ${is.falses}, hits ${was.hits} → ${is.hits}, missed ${was.misses} → ${is.misses}. ${englishWarning(better.warningLost)}`,
      zh: `建议将限值从 ${from} 调整为 ${to}：按历史数据中的 ${shown} 个结果，误报或过早 ${was.falses} → ${is.falses}，命中 ${was.hits} → ${is.hits}，漏报 ${was.misses} → ${is.misses}。${chineseWarning(better.warningLost)}`,
    };
  },
} as const;

function englishWarning(lost: WarningLost | undefined): string {
  if (!lost) return 'Nothing is known of warning times.';
  const { median, most } = lost;
  if (median < 0) return `Warnings come ${formatDuration(-median)} sooner (median).`;
  if (most <= 0) return 'No warning time is lost.';
  return `Warnings come ${formatDuration(median)} later (median), at most ${formatDuration(most)}.`;
}

function chineseWarning(lost: WarningLost | undefined): string {
  if (!lost) return '预警时间的变化未知。';
  const { median, most } = lost;
  if (median < 0) return `预警提前 ${formatDuration(-median, 'zh')}（中位数）。`;
  if (most <= 0) return '不损失预警时间。';
  return `预警推迟 ${formatDuration(median, 'zh')}（中位数），最多 ${formatDuration(most, 'zh')}。`;
}
