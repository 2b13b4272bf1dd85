import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { call } from '../../api/client';
import { useRead } from '../../api/queries';
import type { ModelText, ModelVersion } from '../../api/types';
import { useFormat, useText } from '../../i18n';
import { useMay } from '../../shell/signedIn';
import { Dialog } from '../../ui/dialog';
import { Empty, Loaded } from '../../ui/states';
import { useToast } from '../../ui/toast';
import { NoteDialog } from './applyDialog';
import { diffLines, hunks } from './diff';
import { rulesTexts } from './texts';

/** What was made of a model: who, when, why; compared with the present text, and restored. */
export function Versions({ text }: { text: ModelText }) {
  const t = useText(rulesTexts);
  const { modelId } = text;
  const [compared, compare] = useState<number>();
  const [restored, restore] = useState<number>();
  const mayRestore = useMay('engineer');
  const params = { modelId };
  const versions = useRead('GET /api/v1/models/{modelId}/versions', { params, query: { limit: 500 } });
  return (
    <Loaded query={versions}>
      {({ items }) => (
        <div class="stack">
          {items.length === 0 ? (
            <Empty title={t.noVersions}>
              <p>{t.noVersionsHint}</p>
            </Empty>
          ) : (
            <Table
              versions={items}
              newest={text.version}
              isInForce={text.inForce}
              onCompare={compare}
              onRestore={mayRestore ? restore : undefined}
            />
          )}
          {mayRestore && text.hasFile && text.version > 0 && text.origin !== 'file' && (
            <div>
              <button type="button" class="button" onClick={() => restore(0)}>
                {t.restoreFile}
              </button>
            </div>
          )}
          {compared !== undefined && <Comparison text={text} version={compared} onClose={() => compare(undefined)} />}
          {restored !== undefined && <Restore text={text} version={restored} onClose={() => restore(undefined)} />}
        </div>
      )}
    </Loaded>
  );
}

interface TableProps {
  readonly versions: readonly ModelVersion[];
  readonly newest: number;
  /** Whether that is what Fettle works by. */
  readonly isInForce: boolean;
  readonly onCompare: (version: number) => void;
  readonly onRestore: ((version: number) => void) | undefined;
}

function Table({ versions, newest, isInForce, onCompare, onRestore }: TableProps) {
  const t = useText(rulesTexts);
  const format = useFormat();
  return (
    <div class="card table-wrap">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t.version}</th>
            <th scope="col">{t.when}</th>
            <th scope="col">{t.who}</th>
            <th scope="col">{t.why}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {versions.map(({ version, origin, restores, by, at, note }) => (
            <tr key={version}>
              <th scope="row">
                {version} {version === newest && isInForce && <span class="badge good">{t.current}</span>}
              </th>
              <td>{format.dateTime(at)}</td>
              <td>{by}</td>
              <td>
                {t.origin[origin]}
                {restores !== undefined && ` (${t.restores(restores)})`}
                {note !== undefined && <div class="muted">{note}</div>}
              </td>
              <td>
                <span class="row">
                  {version !== newest && (
                    <button type="button" class="button" onClick={() => onCompare(version)}>
                      {t.compare}
                      <span class="visually-hidden"> {version}</span>
                    </button>
                  )}
                  {version !== newest && origin !== 'file' && onRestore && (
                    <button type="button" class="button" onClick={() => onRestore(version)}>
                      {t.restore}
                      <span class="visually-hidden"> {version}</span>
                    </button>
                  )}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface OneVersionProps {
  readonly text: ModelText;
  readonly version: number;
  readonly onClose: () => void;
}

function Comparison({ text, version, onClose }: OneVersionProps) {
  const t = useText(rulesTexts);
  const params = { modelId: text.modelId, version: String(version) };
  const read = useRead('GET /api/v1/models/{modelId}/versions/{version}', { params });
  return (
    <Dialog title={t.compareTitle(version)} onClose={onClose}>
      <Loaded query={read}>{({ yaml }) => <Difference before={yaml} after={text.yaml} />}</Loaded>
    </Dialog>
  );
}

const MARKS = { '-': 'removed', '+': 'added', ' ': undefined } as const;

function Difference({ before, after }: { before: string; after: string }) {
  const t = useText(rulesTexts);
  if (before === after) return <p>{t.same}</p>;
  return (
    <>
      <p class="muted">{t.legend}</p>
      <div class="diff">
        <pre>
          {hunks(diffLines(before, after)).map((line, at) =>
            line === null ? (
              <span key={at} class="gap">
                {'⋯\n'}
              </span>
            ) : (
              <span key={at} class={MARKS[line.mark]}>{`${line.mark} ${line.text}\n`}</span>
            ),
          )}
        </pre>
      </div>
    </>
  );
}

function Restore({ text, version, onClose }: OneVersionProps) {
  const t = useText(rulesTexts);
  const say = useToast();
  const queries = useQueryClient();
  const { modelId } = text;
  const isFile = version === 0;
  return (
    <NoteDialog
      title={isFile ? t.restoreFileTitle : t.restoreTitle(version)}
      hint={isFile ? t.restoreFileHint : t.applyHint}
      action={t.restore.replace('…', '')}
      onClose={onClose}
      act={async (note) => {
        const params = { modelId, version: String(version) };
        const body = { basedOn: text.version, ...note };
        const made = await call('POST /api/v1/models/{modelId}/versions/{version}/revert', { params, body });
        say(t.restored(made.version));
        void queries.invalidateQueries();
      }}
    />
  );
}
