import { useLocation, useSearch } from 'wouter-preact';
import { useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { Page } from '../../ui/page';
import { Tabs } from '../../ui/tabs';
import { Clocks } from './clocks';
import { DeadLetters } from './deadLetters';
import { Silent } from './silent';
import { qualityTexts } from './texts';
import { Unmapped } from './unmapped';
import './page.css';

const VIEWS = { letters: DeadLetters, unmapped: Unmapped, silent: Silent, clocks: Clocks } as const;
type View = keyof typeof VIEWS;

export default function QualityPage() {
  const t = useText(qualityTexts);
  const go = useLocation()[1];
  const asked = new URLSearchParams(useSearch()).get('tab');
  const names = Object.keys(VIEWS) as View[];
  const view = names.find((name) => name === asked) ?? 'letters';
  const tabs = names.map((name) => ({ name, title: t[name] }));
  const Shown = VIEWS[view];
  return (
    <Page title={useText(commonTexts).quality} about={t.about}>
      <Tabs
        label={t.views}
        tabs={tabs}
        chosen={view}
        onChoose={(name) => go(name === 'letters' ? '/quality' : `/quality?tab=${name}`, { replace: true })}
      >
        <Shown />
      </Tabs>
    </Page>
  );
}
