import { useState } from 'preact/hooks';
import type { AssetDetail, AssetState, Model } from '../../api/types';
import { useFormat, useLocal, useText } from '../../i18n';
import { bandOf } from '../../i18n/band';
import { useMay } from '../../shell/signedIn';
import { HealthBadge } from '../../ui/badges';
import { WearBar } from '../../ui/wearBar';
import { ReplaceDialog } from './replaceDialog';
import { assetTexts } from './text';

type Component = AssetState['components'][number];
const WHOLE = 'asset';

/** What it is made of, how worn each part is and when its end is expected. */
export function Components({ asset, model }: { asset: AssetDetail; model: Model }) {
  const t = useText(assetTexts);
  const local = useLocal();
  const [replaced, replace] = useState<{ id: string; name: string }>();
  const mayReplace = useMay('agent');
  return (
    <section class="stack" aria-label={t.components}>
      <h2>{t.components}</h2>
      <div class="components">
        {(asset.state?.components ?? []).map((component) => {
          const { componentId } = component;
          const known = model.components.find(({ id }) => id === componentId);
          const name = componentId === WHOLE ? t.whole : local(known?.name) || componentId;
          return (
            <article key={componentId} class="card component" data-component={componentId}>
              <header class="row spread">
                <h3>{name}</h3>
                <HealthBadge health={component.health} />
              </header>
              <Wear component={component} name={name} />
              <div class="row spread">
                <span class="small muted">{known?.part && t.part(known.part.number)}</span>
                {mayReplace && known && (
                  <button type="button" class="button" onClick={() => replace({ id: componentId, name })}>
                    {t.replace}
                    <span class="visually-hidden"> {name}</span>
                  </button>
                )}
              </div>
            </article>
          );
        })}
      </div>
      {replaced && <ReplaceDialog assetId={asset.id} component={replaced} onClose={() => replace(undefined)} />}
    </section>
  );
}

function Wear({ component, name }: { component: Component; name: string }) {
  const t = useText(assetTexts);
  const format = useFormat();
  const { wear, used, life, unit, forecast } = component;
  const band = forecast && bandOf(forecast, format, t.beyond);
  return (
    <div class="stack tight">
      {wear === null && <span class="small muted">{t.unknownWear}</span>}
      {typeof wear === 'number' && (
        <>
          <WearBar wear={wear} label={`${name} ${format.percent(wear)}`} />
          <span class="row spread small">
            <strong data-wear={wear}>{format.percent(wear)}</strong>
            {used !== undefined && life !== undefined && (
              <span class="muted">{t.used(format.quantity(used, unit), format.quantity(life, unit))}</span>
            )}
          </span>
        </>
      )}
      {forecast?.p50 && (
        <span class="small">
          {t.ends(format.date(forecast.p50))} <span class="muted">{band && t.between(...band)}</span>
        </span>
      )}
    </div>
  );
}
