import { useState } from 'preact/hooks';
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
  const [view, setView] = useState<View>('letters');
  const tabs = (Object.keys(VIEWS) as View[]).map((name) => ({ name, title: t[name] }));
  const Shown = VIEWS[view];
  return (
    <Page title={useText(commonTexts).quality} about={t.about}>
      <Tabs label={t.views} tabs={tabs} chosen={view} onChoose={setView}>
        <Shown />
      </Tabs>
    </Page>
  );
}
