import { useQueryClient } from '@tanstack/preact-query';
import { lazy, Suspense } from 'preact/compat';
import { useEffect, useState } from 'preact/hooks';
import { useRead } from '../../api/queries';
import type { ModelText } from '../../api/types';
import { useText } from '../../i18n';
import { useMay } from '../../shell/signedIn';
import { Skeleton } from '../../ui/states';
import { ApplyDialog } from './applyDialog';
import { Checked, useCheck } from './checked';
import type { Place } from './codeEditor';
import type { Schema } from './completion';
import { draftOf, useKeptDraft } from './draft';
import { rulesTexts } from './texts';
import { Trial } from './trial';

/** The editor is large; it comes when a text is to be edited. */
const CodeEditor = lazy(() => import('./codeEditor'));
const NO_PROBLEMS: never[] = [];

/** The text of a model: edited, checked as one types, tried on history, applied. */
export function Workbench({ text }: { text: ModelText }) {
  const t = useText(rulesTexts);
  const mayApply = useMay('engineer');
  const queries = useQueryClient();
  const { modelId } = text;
  const [begun] = useState(() => draftOf(text));
  const [base, setBase] = useState(begun.base);
  const [draft, setDraft] = useState(begun.yaml);
  const [given, give] = useState({ text: begun.yaml });
  const [goTo, setGoTo] = useState<Place>();
  const [isApplying, setApplying] = useState(false);
  const schema = useRead('GET /api/v1/models/schema', {});
  const { check, error } = useCheck(modelId, draft, mayApply);
  useKeptDraft(base, draft);
  const isChanged = draft !== base.yaml;
  const isStale = text.version !== base.version;

  const replace = (yaml: string) => {
    setDraft(yaml);
    give({ text: yaml });
  };
  const take = (theirs: ModelText) => {
    setBase(theirs);
    replace(theirs.yaml);
  };
  useEffect(() => {
    if (isStale && (!isChanged || draft === text.yaml)) take(text);
  }, [text, isStale, isChanged]);

  const isSound = check !== undefined && check.problems.length === 0;
  return (
    <div class="workbench">
      <div class="stack">
        {isStale && isChanged && draft !== text.yaml && (
          <div class="note warning" role="alert">
            <span>{t.stale(text.version)}</span>
            <span class="row">
              <button type="button" class="button" onClick={() => take(text)}>
                {t.takeTheirs}
              </button>
              <button type="button" class="button" onClick={() => setBase(text)}>
                {t.keepMine}
              </button>
            </span>
          </div>
        )}
        <div class="editor-place">
          <Suspense fallback={<Skeleton height="1.2rem" lines={18} />}>
            <CodeEditor
              label={t.editor}
              given={given}
              onChange={setDraft}
              problems={check?.problems ?? NO_PROBLEMS}
              schema={schema.data as Schema | undefined}
              goTo={goTo}
            />
          </Suspense>
        </div>
      </div>
      <div class="stack side-panel">
        <div class="card stack">
          {mayApply && (
            <div aria-live="polite">
              <Checked check={check} error={error} isChanged={isChanged} onGo={setGoTo} />
            </div>
          )}
          {mayApply ? (
            <div class="row">
              <button
                type="button"
                class="button primary"
                disabled={!isChanged || !isSound}
                onClick={() => setApplying(true)}
              >
                {t.apply}
              </button>
              <button type="button" class="button" disabled={!isChanged} onClick={() => replace(base.yaml)}>
                {t.discard}
              </button>
            </div>
          ) : (
            <p class="muted">{t.readOnly}</p>
          )}
        </div>
        {mayApply && <Trial modelId={modelId} yaml={draft} isSound={isSound} />}
      </div>
      {isApplying && (
        <ApplyDialog
          modelId={modelId}
          yaml={draft}
          basedOn={base.version}
          onClose={() => setApplying(false)}
          onApplied={() => void queries.invalidateQueries()}
        />
      )}
    </div>
  );
}
