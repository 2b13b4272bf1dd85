import type { LocalText } from './model.ts';
import type { RejectionReason } from './sample.ts';
import { formatMinute, formatNumber } from './text.ts';
import { type Duration, formatDuration, type Timestamp } from './time.ts';

/** What was found at an asset that is being connected; `blocks`: it is not ready while this holds. */
export type CommissioningReason =
  | { readonly code: 'nothing-heard' | 'few-samples' | 'qos-0'; readonly blocks: boolean }
  | { readonly code: 'offline' | 'not-heard'; readonly blocks: boolean; readonly since: Timestamp }
  | { readonly code: 'clock-off'; readonly blocks: boolean; readonly error: Duration }
  | { readonly code: 'missing' | 'flat' | 'out-of-range'; readonly blocks: boolean; readonly metricId: string }
  | {
      readonly code: 'suspect-unit';
      readonly blocks: boolean;
      readonly metricId: string;
      readonly unit: string;
      readonly value: number;
      readonly converted: number;
      readonly modelUnit: string;
    }
  | {
      readonly code: 'dead-letters';
      readonly blocks: boolean;
      readonly count: number;
      readonly reasons: readonly RejectionReason[];
    };

export const COMMISSIONING_CODES = [
  'nothing-heard',
  'few-samples',
  'qos-0',
  'offline',
  'not-heard',
  'clock-off',
  'missing',
  'flat',
  'out-of-range',
  'suspect-unit',
  'dead-letters',
] as const satisfies readonly CommissioningReason['code'][];

export interface CommissionedMetric {
  readonly metricId: string;
  /** Within the window. */
  readonly samples: number;
  readonly last?: number;
  readonly min?: number;
  readonly max?: number;
}

export interface CommissioningReport {
  readonly assetId: string;
  /** What was looked at. */
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly samples: number;
  readonly lastReceivedAt?: Timestamp;
  /** How far its clock is ahead, negative behind; absent while that is not known. */
  readonly clockError?: Duration;
  /** Of its last message that this node took; absent where it took none. */
  readonly qos?: 0 | 1 | 2;
  /** Between one instant of its data and the next, and the share of them within a fifth of that. */
  readonly interval?: { readonly median: Duration; readonly regular: number };
  readonly metrics: readonly CommissionedMetric[];
  /** None blocks. */
  readonly ready: boolean;
  /** Those that block first. */
  readonly reasons: readonly CommissioningReason[];
}

/** A reason for people; metrics by the name given, else their id. */
export function reasonText(
  reason: CommissioningReason,
  nameOf: (metricId: string) => LocalText | undefined,
): LocalText {
  const name =
    'metricId' in reason ? (nameOf(reason.metricId) ?? { en: reason.metricId, zh: reason.metricId }) : NOBODY;
  switch (reason.code) {
    case 'nothing-heard':
      return { en: 'Nothing was heard of it yet.', zh: '尚未收到任何数据。' };
    case 'few-samples':
      return { en: 'Too little was heard of it to judge.', zh: '收到的数据太少，无法判断。' };
    case 'qos-0':
      return {
        en: 'It publishes with QoS 0: messages get lost when a line or a broker fails. Use QoS 1.',
        zh: '设备以 QoS 0 发布：线路或消息服务器故障时会丢失消息，请改用 QoS 1。',
      };
    case 'offline':
      return {
        en: `It is offline since ${formatMinute(reason.since)}.`,
        zh: `自 ${formatMinute(reason.since)} 起离线。`,
      };
    case 'not-heard':
      return {
        en: `Nothing was heard of it since ${formatMinute(reason.since)}.`,
        zh: `自 ${formatMinute(reason.since)} 起未收到任何数据。`,
      };
    case 'clock-off': {
      const by = Math.abs(reason.error);
      return {
        en: `Its clock is ${reason.error > 0 ? 'ahead' : 'behind'} by ${formatDuration(by)}.`,
        zh: `设备时钟${reason.error > 0 ? '快' : '慢'} ${formatDuration(by, 'zh')}。`,
      };
    }
    case 'missing':
      return { en: `${name.en} does not come.`, zh: `${name.zh}没有数据。` };
    case 'flat':
      return { en: `${name.en} never changes while other values do.`, zh: `其他数值在变化，而${name.zh}始终不变。` };
    case 'out-of-range':
      return { en: `${name.en} is refused: it is out of its range.`, zh: `${name.zh}超出有效范围，已被拒收。` };
    case 'suspect-unit': {
      const [value, converted] = [formatNumber(reason.value), formatNumber(reason.converted)];
      const { unit, modelUnit } = reason;
      return {
        en: `${name.en} seems to come in ${unit}: ${value} ${unit} would be ${converted} ${modelUnit}. Name the unit in the source.`,
        zh: `${name.zh}的单位似乎是 ${unit}：${value} ${unit} 相当于 ${converted} ${modelUnit}。请在数据源中注明单位。`,
      };
    }
    case 'dead-letters':
      return {
        en: `${reason.count} of its messages were refused in part or whole: ${reason.reasons.join(', ')}.`,
        zh: `有 ${reason.count} 条消息被部分或全部拒收：${reason.reasons.join('、')}。`,
      };
  }
}

const NOBODY: LocalText = { en: '', zh: '' };
