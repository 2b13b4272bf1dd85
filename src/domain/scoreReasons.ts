import type { LocalText } from './model.ts';
import { formatMinute } from './text.ts';
import { type Duration, formatDuration, type Timestamp } from './time.ts';

const span = (duration: Duration) => ({ en: formatDuration(duration), zh: formatDuration(duration, 'zh') });

/** Why a prediction got its score, in plain words. */
export const WHY = {
  failed: (warning: Duration): LocalText => ({
    en: `It failed ${span(warning).en} after the ticket was opened.`,
    zh: `工单开启 ${span(warning).zh} 后发生故障。`,
  }),
  tooLate: (warning: Duration, lead: Duration): LocalText => ({
    en: `It failed ${span(warning).en} after the ticket was opened, sooner than its part comes (${span(lead).en}).`,
    zh: `工单开启 ${span(warning).zh} 后即发生故障，短于备件到货时间（${span(lead).zh}）。`,
  }),
  after: (before: Duration): LocalText => ({
    en:
      before === 0
        ? 'It had failed when the ticket was opened.'
        : `It had failed ${span(before).en} before the ticket was opened.`,
    zh: before === 0 ? '工单开启时已发生故障。' : `工单开启前 ${span(before).zh} 已发生故障。`,
  }),
  degraded: (): LocalText => ({
    en: 'It was found to do its work badly, before it failed.',
    zh: '在失效之前发现其性能下降。',
  }),
  incipient: (): LocalText => ({ en: 'A failure was found as it began.', zh: '发现了刚开始的故障。' }),
  incipientEarly: (left: Duration | null): LocalText => ({
    en: `A failure was only beginning, and by the forecast ${left === null ? 'years were' : `${span(left).en} were`} left.`,
    zh: `故障刚刚开始，按预测还剩${left === null ? '数年' : ` ${span(left).zh}`}。`,
  }),
  incipientAfter: (): LocalText => ({
    en: 'Nothing was found, and later a failure that was only beginning.',
    zh: '当时未发现故障，之后发现了刚开始的故障。',
  }),
  worn: (): LocalText => ({ en: 'The part that was taken out was worn.', zh: '拆下的部件已磨损。' }),
  sound: (): LocalText => ({ en: 'The part that was taken out was still sound.', zh: '拆下的部件仍然完好。' }),
  longBefore: (left: Duration | null): LocalText => ({
    en: `The part was replaced ${left === null ? 'years' : span(left).en} before the early end of its forecast, and nobody said what it was like.`,
    zh: `部件在预测的最早寿命终点前${left === null ? '数年' : ` ${span(left).zh}`}被更换，且未注明其状况。`,
  }),
  extended: (): LocalText => ({ en: 'The part was looked at and lasts longer.', zh: '部件经检查后可继续使用。' }),
  ungraded: (): LocalText => ({
    en: 'A failure may have been prevented: nobody said in what condition the part was.',
    zh: '可能避免了一次故障，但无人注明部件的状况。',
  }),
  otherCause: (): LocalText => ({ en: 'Something else was the cause.', zh: '由其他原因引起。' }),
  cleared: (): LocalText => ({ en: 'It cleared by itself; nobody looked.', zh: '自行消除，无人检查。' }),
  cancelled: (): LocalText => ({ en: 'The ticket was cancelled.', zh: '工单已取消。' }),
  awaiting: (): LocalText => ({ en: 'Nobody has said what was found.', zh: '尚未说明检查结果。' }),
  recordGone: (): LocalText => ({
    en: 'A critical failure was found, but its record was taken out.',
    zh: '发现了严重故障，但其记录已被删除。',
  }),
  cameAgain: (): LocalText => ({ en: 'Nothing was found, then it came again.', zh: '当时未发现故障，之后再次出现。' }),
  renewedMeanwhile: (): LocalText => ({
    en: 'Nothing was found, and the part was replaced before it could show who was right.',
    zh: '未发现故障，且部件在得到验证之前已被更换。',
  }),
  waiting: (until: Timestamp): LocalText => ({
    en: `Nothing was found; false if nothing fails until ${formatMinute(until)}.`,
    zh: `未发现故障；若到 ${formatMinute(until)} 仍无故障，则判为误报。`,
  }),
  nothingFollowed: (wait: Duration): LocalText => ({
    en: `Nothing was found, and nothing failed in the ${span(wait).en} after.`,
    zh: `未发现故障，之后 ${span(wait).zh} 内也未发生故障。`,
  }),
  nothingAndSound: (): LocalText => ({
    en: 'Nothing was found, and the part that was taken out was sound.',
    zh: '未发现故障，拆下的部件也完好。',
  }),
  missed: (): LocalText => ({
    en: 'It failed, and no ticket had been opened for it.',
    zh: '发生了故障，但此前没有相应工单。',
  }),
} as const;
