import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';
import type { AssetDetail, Model, TicketDetail } from '../../api/types';
import { useFormat, useLocal, useText } from '../../i18n';
import { bandOf } from '../../i18n/band';
import { ticketTexts } from './text';

interface FactsProps {
  readonly ticket: TicketDetail;
  readonly asset: AssetDetail | undefined;
  readonly model: Model | undefined;
}

/** Which equipment, whose, what to bring, how long it lasts. */
export function Facts({ ticket, asset, model }: FactsProps) {
  const t = useText(ticketTexts);
  const local = useLocal();
  const format = useFormat();
  const { usage, forecast, part, entitlement } = ticket;
  const band = forecast && bandOf(forecast, format, t.beyond);
  const component = model?.components.find(({ id }) => id === ticket.componentId);
  return (
    <section class="card" aria-label={t.about}>
      <h2>{t.about}</h2>
      <dl class="facts">
        <Fact name={t.asset}>
          <Link href={`/assets/${encodeURIComponent(ticket.assetId)}`}>{asset?.name ?? ticket.assetId}</Link>
          <div class="muted">
            {ticket.siteId}
            {model && ` · ${local(model.name)}`}
          </div>
        </Fact>
        {ticket.componentId !== 'asset' && (
          <Fact name={t.component}>{local(component?.name) || ticket.componentId}</Fact>
        )}
        {ticket.customerId && <Fact name={t.customer}>{ticket.customerId}</Fact>}
        <Fact name={t.assigned}>{[ticket.person, ticket.team].filter(Boolean).join(', ') || t.nobody}</Fact>
        {part && (
          <Fact name={t.part}>
            <span class="mono">{part.number}</span> {local(part.name)}
          </Fact>
        )}
        {usage && (
          <Fact name={t.wear}>
            {t.wearOf(
              format.quantity(usage.used, usage.unit),
              format.quantity(usage.life, usage.unit),
              format.percent(usage.wear),
            )}
          </Fact>
        )}
        {forecast && (
          <Fact name={t.endOfLife}>
            {forecast.p50 ? format.date(forecast.p50) : t.beyond}
            {band && <div class="muted">{t.between(...band)}</div>}
          </Fact>
        )}
        <Fact name={t.entitlement}>{local(entitlement.text)}</Fact>
        <Fact name={t.origin}>{t.origins[ticket.origin]}</Fact>
        {ticket.ruleId && (
          <Fact name={t.rule}>
            {asset ? (
              <Link href={`/rules/${encodeURIComponent(asset.modelId)}?rule=${encodeURIComponent(ticket.ruleId)}`}>
                {ticket.ruleId}
              </Link>
            ) : (
              ticket.ruleId
            )}
          </Fact>
        )}
        {ticket.externalId && (
          <Fact name={t.desk}>
            {ticket.externalUrl ? <a href={ticket.externalUrl}>{ticket.externalId}</a> : ticket.externalId}
          </Fact>
        )}
        <Fact name={t.opened}>{format.dateTime(ticket.openedAt)}</Fact>
        {ticket.recurrenceOf && (
          <Fact name={t.recurrence}>
            <Link href={`/tickets/${ticket.recurrenceOf}`}>{t.earlier}</Link>
          </Fact>
        )}
        {ticket.parentId && (
          <Fact name={t.partOf}>
            <Link href={`/tickets/${ticket.parentId}`}>{t.partOf}</Link>
          </Fact>
        )}
        {ticket.storm && <Fact name={t.storm}>{t.stormOf(ticket.storm.out, ticket.storm.assets)}</Fact>}
        {ticket.rating && (
          <Fact name={t.rating}>
            {ticket.rating.score} / 5 {ticket.rating.comment && <q>{ticket.rating.comment}</q>}
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
