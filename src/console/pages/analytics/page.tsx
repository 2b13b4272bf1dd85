import { useLocation, useSearch } from 'wouter-preact';
import { addressOf } from '../../api/client';
import { useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { Page } from '../../ui/page';
import { Tabs } from '../../ui/tabs';
import { Accounts } from './accounts';
import { PartsDemand } from './partsDemand';
import { Predictions } from './predictions';
import { Ratings } from './ratings';
import { Reliability } from './reliability';
import { Service } from './service';
import { analyticsTexts } from './text';

const VIEWS = {
  reliability: Reliability,
  service: Service,
  predictions: Predictions,
  parts: PartsDemand,
  ratings: Ratings,
  accounts: Accounts,
} as const;
type View = keyof typeof VIEWS;

const DAYS = ['30', '90', '365'];
const DAY = 86_400_000;
/** By what each view can be taken apart. */
const BYS: Partial<Record<View, readonly string[]>> = {
  reliability: ['model', 'site', 'batch', 'component', 'customer'],
  service: ['model', 'site', 'team', 'priority', 'customer'],
  ratings: ['model', 'site', 'team', 'priority', 'customer'],
};

export interface ViewProps {
  /** Since then; ISO 8601, of a whole day, so that a page that is looked at again asks for the same. */
  readonly from: string;
  readonly by: string;
}

/** What the numbers of the API come to, as charts; each is defined where it is documented. */
export default function AnalyticsPage() {
  const t = useText(analyticsTexts);
  const common = useText(commonTexts);
  const search = new URLSearchParams(useSearch());
  const go = useLocation()[1];
  const view = (Object.keys(VIEWS) as View[]).find((name) => name === search.get('view')) ?? 'reliability';
  const days = DAYS.find((name) => name === search.get('days')) ?? '90';
  const bys = BYS[view] ?? [];
  const by = bys.find((name) => name === search.get('by')) ?? 'model';
  const from = new Date(Math.floor(Date.now() / DAY) * DAY - Number(days) * DAY).toISOString();
  const change = (name: string, value: string) => {
    search.set(name, value);
    go(`/analytics?${search}`, { replace: true });
  };
  const Shown = VIEWS[view];
  return (
    <Page
      title={common.analytics}
      actions={
        <>
          {bys.length > 0 && (
            <Select label={t.by} value={by} values={bys} words={t.bys} onChoose={(value) => change('by', value)} />
          )}
          {view !== 'parts' && (
            <Select
              label={t.period}
              value={days}
              values={DAYS}
              words={t.periods}
              onChoose={(value) => change('days', value)}
            />
          )}
        </>
      }
    >
      <Tabs
        label={t.views}
        tabs={(Object.keys(VIEWS) as View[]).map((name) => ({ name, title: t.tabs[name] }))}
        chosen={view}
        onChoose={(name) => change('view', name)}
      >
        <div class="stack">
          <Shown from={from} by={by} />
          <p class="muted">
            <a href={addressOf('api/v1/docs#/analytics')}>{t.definitions}</a>
          </p>
        </div>
      </Tabs>
    </Page>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly values: readonly string[];
  readonly words: Readonly<Record<string, string>>;
  readonly onChoose: (value: string) => void;
}

function Select({ label, value, values, words, onChoose }: SelectProps) {
  return (
    <label class="row">
      <span class="muted">{label}</span>
      <select class="input" value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {values.map((name) => (
          <option key={name} value={name}>
            {words[name]}
          </option>
        ))}
      </select>
    </label>
  );
}
