import type { Query } from '../../api/types';
import { useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { ticketListTexts } from './text';
import { PRIORITIES, SORTS, VIEWS, type View } from './views';

interface FiltersProps {
  readonly view: View;
  readonly filter: Query<'GET /api/v1/tickets'>;
  readonly onChange: (name: string, value: string | undefined) => void;
}

/** Narrow filters (an asset, a rule) come with the links of other pages, and can be taken away here. */
const NARROW = [
  'siteId',
  'assetId',
  'customerId',
  'person',
  'ruleId',
  'ruleVersion',
  'campaignId',
  'parentId',
] as const;

export function Filters({ view, filter, onChange }: FiltersProps) {
  const t = useText(ticketListTexts);
  const common = useText(commonTexts);
  return (
    <div class="ticket-filters no-print">
      <nav class="views" aria-label={t.show}>
        {VIEWS.map((name) => (
          <button
            key={name}
            type="button"
            class="button quiet"
            aria-pressed={name === view}
            onClick={() => onChange('view', name === 'todo' ? undefined : name)}
          >
            {t.views[name]}
          </button>
        ))}
      </nav>
      <div class="row">
        <label class="row">
          <span class="muted">{t.priority}</span>
          <select
            class="input"
            value={filter.priority?.[0] ?? ''}
            onChange={(event) => onChange('priority', event.currentTarget.value || undefined)}
          >
            <option value="">{common.all}</option>
            {PRIORITIES.map((name) => (
              <option key={name} value={name}>
                {common.priority[name]}
              </option>
            ))}
          </select>
        </label>
        <label class="row">
          <span class="muted">{t.sort}</span>
          <select class="input" value={filter.sort} onChange={(event) => onChange('sort', event.currentTarget.value)}>
            {SORTS.map((name) => (
              <option key={name} value={name}>
                {t.sorts[name]}
              </option>
            ))}
          </select>
        </label>
        {NARROW.map((name) => {
          const value = filter[name];
          return (
            value !== undefined && (
              <button key={name} type="button" class="button" onClick={() => onChange(name, undefined)}>
                {value} <span aria-hidden="true">×</span>
                <span class="visually-hidden">{t.clear}</span>
              </button>
            )
          );
        })}
      </div>
    </div>
  );
}
