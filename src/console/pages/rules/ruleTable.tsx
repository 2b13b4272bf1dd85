import type { Model } from '../../api/types';
import { useLocal, useText } from '../../i18n';
import { rulesTexts } from './texts';

/** The rules of a model as they are in force. */
export function RuleTable({ model }: { model: Model }) {
  const t = useText(rulesTexts);
  const local = useLocal();
  if (model.rules.length === 0) return <p class="muted">{t.noRules}</p>;
  const nameOf = (componentId: string) =>
    local(model.components.find(({ id }) => id === componentId)?.name) || t.wholeAsset;
  const failureOf = (componentId: string, failureModeId: string) => {
    const owner = model.components.find(({ id }) => id === componentId);
    const mode = (owner?.failureModes ?? model.failureModes).find(({ id }) => id === failureModeId);
    return local(mode?.name) || failureModeId;
  };
  return (
    <div class="card table-wrap">
      <table class="table rule-table">
        <thead>
          <tr>
            <th scope="col">{t.rule}</th>
            <th scope="col" class="kind">
              {t.kind}
            </th>
            <th scope="col">{t.component}</th>
            <th scope="col">{t.failureMode}</th>
            <th scope="col">{t.mode}</th>
          </tr>
        </thead>
        <tbody>
          {model.rules.map(({ id, kind, componentId, failureModeId, mode }) => {
            const { default: usual = 'live', ...sites } = mode;
            const others = Object.keys(sites);
            return (
              <tr key={id}>
                <th scope="row">
                  <code>{id}</code>
                </th>
                <td class="kind">{kind}</td>
                <td>{nameOf(componentId)}</td>
                <td>{failureOf(componentId, failureModeId)}</td>
                <td>
                  {t.modes[usual]}
                  {others.length > 0 && <span class="muted"> · {t.elsewhere(others.join(', '))}</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
