import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { useRead } from '../../api/queries';
import type { ModelText } from '../../api/types';
import { useFormat, useLocal, useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Tabs } from '../../ui/tabs';
import { RuleTable } from './ruleTable';
import { rulesTexts } from './texts';
import { TrippedRules } from './tripped';
import { Versions } from './versions';
import { Workbench } from './workbench';
import './rules.css';

const SOON = 1000;
type Tab = 'rules' | 'text' | 'versions';

/** A model: its rules, its text to edit, try and apply, and what was made of it. */
export default function ModelPage({ modelId }: { modelId: string }) {
  const t = useText(rulesTexts);
  const common = useText(commonTexts);
  const local = useLocal();
  const [tab, choose] = useState<Tab>('text');
  const [isWaiting, setWaiting] = useState(false);
  const params = { modelId };
  const model = useRead('GET /api/v1/models/{modelId}', { params });
  const text = useRead('GET /api/v1/models/{modelId}/yaml', { params }, isWaiting ? { every: SOON } : {});
  const starts = text.data?.inForce === false && text.data.gaveWay === undefined;
  if (starts !== isWaiting) setWaiting(starts);
  const tabs = [
    { name: 'text' as const, title: t.textTab },
    { name: 'rules' as const, title: t.rulesTab },
    { name: 'versions' as const, title: t.versionsTab },
  ];
  return (
    <Page
      title={model.data ? local(model.data.name) : modelId}
      about={
        <>
          <Link href="/rules">{common.rules}</Link> / <code>{modelId}</code>
        </>
      }
    >
      <div class="stack">
        <TrippedRules modelId={modelId} />
        {text.data && <Standing text={text.data} />}
        <Tabs label={t.tabs} tabs={tabs} chosen={tab} onChoose={choose}>
          <div hidden={tab !== 'text'}>
            <Loaded query={text}>{(data) => <Workbench text={data} />}</Loaded>
          </div>
          {tab === 'rules' && <Loaded query={model}>{(data) => <RuleTable model={data} />}</Loaded>}
          {tab === 'versions' && <Loaded query={text}>{(data) => <Versions text={data} />}</Loaded>}
        </Tabs>
      </div>
    </Page>
  );
}

/** Which version counts, and whether it does already. */
function Standing({ text }: { text: ModelText }) {
  const t = useText(rulesTexts);
  const format = useFormat();
  const { version, origin, by = '', at, inForce, gaveWay, fileChanged } = text;
  const isFile = version === 0 || origin === 'file';
  return (
    <div class="stack" aria-live="polite">
      <p class="muted standing">
        {isFile ? t.fromFile : t.fromVersion(version, by, at === undefined ? '' : format.dateTime(at))}
        {text.note !== undefined && ` · ${text.note}`}
      </p>
      {!inForce && gaveWay === undefined && <div class="note">{t.starting}</div>}
      {gaveWay !== undefined && (
        <div class="note warning">
          {t.gaveWay} {gaveWay}
        </div>
      )}
      {fileChanged && <div class="note warning">{t.fileChanged}</div>}
    </div>
  );
}
