import type { Contract } from './asset.ts';
import type { LocalText } from './model.ts';
import { formatDate } from './text.ts';
import type { Timestamp } from './time.ts';

/** What a customer is entitled to at some time. */
export interface Entitlement extends Contract {
  readonly inForce: boolean;
  readonly text: LocalText;
}

const NAMES: Readonly<Record<Contract['kind'], LocalText>> = {
  none: { en: 'No contract', zh: '无合同' },
  warranty: { en: 'Warranty', zh: '质保' },
  service: { en: 'Service contract', zh: '服务合同' },
  subscription: { en: 'Subscription', zh: '订阅' },
};

/** By the contract as it is known; one without an end goes on. */
export function entitlementOf(contract: Contract = { kind: 'none' }, at: Timestamp): Entitlement {
  const { kind, until } = contract;
  const inForce = kind !== 'none' && (until === undefined || at < until);
  return { ...contract, inForce, text: textOf(contract, inForce) };
}

function textOf({ kind, until, reference }: Contract, inForce: boolean): LocalText {
  const { en, zh } = NAMES[kind];
  if (kind === 'none') return { en: `${en}.`, zh: `${zh}。` };
  const [name, nameZh] = reference === undefined ? [en, zh] : [`${en} ${reference}`, `${zh} ${reference}`];
  if (until === undefined) return { en: `${name}.`, zh: `${nameZh}。` };
  const date = formatDate(until);
  return inForce
    ? { en: `${name} until ${date}.`, zh: `${nameZh}，有效期至 ${date}。` }
    : { en: `${name} ended on ${date}.`, zh: `${nameZh}已于 ${date} 到期。` };
}
