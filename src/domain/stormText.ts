import type { LocalText } from './model.ts';
import type { Storm, StormScope } from './storm.ts';
import { formatMinute } from './text.ts';
import type { Timestamp } from './time.ts';

export interface StormFacts extends Pick<Storm, 'scope' | 'assets' | 'out' | 'of'> {
  /** Names of some of the assets. */
  readonly names: readonly string[];
  /** What is found of them, and of how many each. */
  readonly modes: readonly { readonly name: LocalText; readonly assets: number }[];
  readonly from: Timestamp;
  readonly to: Timestamp;
}

/** Names shown; the others are members of the ticket. */
export const SHOWN_NAMES = 10;

const WHAT_TO_LOOK_AT: Readonly<Record<StormScope['kind'], LocalText>> = {
  fleet: { en: 'Look at the broker and the way to it first.', zh: '请先检查 MQTT 服务器及其网络连接。' },
  broker: {
    en: 'Look at this broker and the way from the devices to it first.',
    zh: '请先检查该 MQTT 服务器以及设备到它的网络连接。',
  },
  site: { en: "Look at the site's power and network first.", zh: '请先检查现场的供电和网络。' },
  gateway: { en: 'Look at the gateway, its power and its network first.', zh: '请先检查网关及其供电和网络。' },
};

export function stormTitle({ scope, assets }: Pick<StormFacts, 'scope' | 'assets'>): LocalText {
  const where = whereOf(scope);
  return { en: `${where.en}: ${assets} assets out at once`, zh: `${where.zh}：${assets} 台设备同时中断` };
}

/** What, where, since when, and what to look at: in plain words. */
export function stormSummary(facts: StormFacts): LocalText {
  const { scope, assets, out, of, modes, names, from, to } = facts;
  const look = WHAT_TO_LOOK_AT[scope.kind];
  const more = assets - names.length;
  const found = (language: keyof LocalText) =>
    modes.map(({ name, assets: count }) => `${name[language]} (${count})`).join(language === 'en' ? ', ' : '、');
  const when = from === to ? [formatMinute(from)] : [formatMinute(from), formatMinute(to)];
  const back = assets - out;
  return {
    en: [
      `${assets} of ${of} assets: ${found('en')}, since ${[...new Set(when)].join(' to ')}.`,
      back > 0 ? `${back} are back.` : '',
      `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
      look.en,
    ]
      .filter(Boolean)
      .join(' '),
    zh: [
      `${of} 台设备中有 ${assets} 台：${found('zh')}，自 ${[...new Set(when)].join(' 至 ')}。`,
      back > 0 ? `其中 ${back} 台已恢复。` : '',
      `${names.join('、')}${more > 0 ? ` 等另外 ${more} 台` : ''}。`,
      look.zh,
    ]
      .filter(Boolean)
      .join(''),
  };
}

function whereOf({ kind, id }: StormScope): LocalText {
  switch (kind) {
    case 'fleet':
      return { en: 'Several sites', zh: '多个站点' };
    case 'broker':
      return { en: `Broker ${id}`, zh: `MQTT 服务器 ${id}` };
    case 'site':
      return { en: `Site ${id}`, zh: `站点 ${id}` };
    case 'gateway':
      return { en: `Gateway ${id}`, zh: `网关 ${id}` };
  }
}
