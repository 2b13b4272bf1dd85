import { useLocation, useSearch } from 'wouter-preact';
import { useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { useMay } from '../../shell/signedIn';
import { Page } from '../../ui/page';
import { Tabs } from '../../ui/tabs';
import { Keys } from './keys';
import { Nodes } from './nodes';
import { Deliveries, Notifications } from './outgoing';
import { Overview } from './overview';
import { systemTexts } from './text';
import './page.css';

const CONTENT = {
  overview: Overview,
  deliveries: Deliveries,
  notifications: Notifications,
  nodes: Nodes,
  keys: Keys,
} as const;
type Name = keyof typeof CONTENT;

/** How Fettle itself is; which part of it is in the address. */
export default function SystemPage() {
  const t = useText(systemTexts);
  const common = useText(commonTexts);
  const mayKeys = useMay('admin');
  const go = useLocation()[1];
  const names = (Object.keys(CONTENT) as Name[]).filter((name) => name !== 'keys' || mayKeys);
  const asked = new URLSearchParams(useSearch()).get('tab');
  const chosen = names.find((name) => name === asked) ?? 'overview';
  const Content = CONTENT[chosen];
  return (
    <Page title={common.system}>
      <Tabs
        label={t.sections}
        tabs={names.map((name) => ({ name, title: t.tabs[name] }))}
        chosen={chosen}
        onChoose={(name) => go(name === 'overview' ? '/system' : `/system?tab=${name}`, { replace: true })}
      >
        <Content />
      </Tabs>
    </Page>
  );
}
