import type { AssetItem, Ticket } from '../api/types';
import { useText } from '../i18n';
import { commonTexts } from '../i18n/common';

type Health = AssetItem['health'];
type Severity = 'info' | 'warning' | 'critical';

/** Told apart by colour, form and word. */
export function HealthBadge({ health }: { health: Health }) {
  return <span class={`badge ${health}`}>{useText(commonTexts).health[health]}</span>;
}

export function SeverityBadge({ severity }: { severity: Severity }) {
  return <span class={`badge ${severity}`}>{useText(commonTexts).severity[severity]}</span>;
}

export function StatusBadge({ status }: { status: Ticket['status'] }) {
  return <span class={`badge plain ${STATUS_CLASSES[status] ?? ''}`}>{useText(commonTexts).status[status]}</span>;
}

const STATUS_CLASSES: Partial<Record<Ticket['status'], string>> = {
  proposed: 'info',
  open: 'warning',
  'awaiting-outcome': 'warning',
  resolved: 'good',
  closed: 'good',
};
