import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';
import { useRead } from '../../api/queries';
import type { AssetEvent, Finding, Model, Ticket } from '../../api/types';
import { useFormat, useLocal, useText } from '../../i18n';
import { SeverityBadge, StatusBadge } from '../../ui/badges';
import { assetTexts } from './text';

interface HistoryProps {
  readonly assetId: string;
  readonly model: Model;
  readonly events: readonly AssetEvent[];
  readonly findings: readonly Finding[];
  readonly tickets: readonly Ticket[];
}

interface Line {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly what: ComponentChildren;
}

/** All that happened to it, the newest first. */
export function History({ assetId, model, events, findings, tickets }: HistoryProps) {
  const t = useText(assetTexts);
  const local = useLocal();
  const format = useFormat();
  const failures = useRead('GET /api/v1/failures', { query: { assetId, limit: 50 } });
  const nameOf = (componentId: string) =>
    componentId === 'asset'
      ? t.whole
      : local(model.components.find(({ id }) => id === componentId)?.name) || componentId;
  const lines: Line[] = [
    ...events.map((event) => ({
      id: event.id,
      at: event.at,
      kind: event.type,
      what: aboutEvent(event, nameOf, format.dateTime),
    })),
    ...tickets.map((ticket) => ({
      ...{ id: ticket.id, at: ticket.openedAt, kind: 'ticket' },
      what: (
        <span class="row">
          <Link href={`/tickets/${ticket.id}`}>{local(ticket.title)}</Link>
          <StatusBadge status={ticket.status} />
        </span>
      ),
    })),
    ...findings.map(({ id, time, componentId, change, severity }) => ({
      ...{ id, at: time, kind: 'finding' },
      what: (
        <span class="row">
          {nameOf(componentId)} <span class="muted">{t.changes[change]}</span>
          {(change === 'raised' || change === 'escalated') && <SeverityBadge severity={severity} />}
        </span>
      ),
    })),
    ...(failures.data?.items ?? []).map(({ id, at, componentId, note }) => ({
      ...{ id, at, kind: 'failure' },
      what: [nameOf(componentId), note].filter(Boolean).join(' · '),
    })),
  ];
  lines.sort((a, b) => (a.at < b.at ? 1 : -1));
  return (
    <section class="card" aria-label={t.history}>
      <h2>{t.history}</h2>
      {lines.length === 0 && <p class="muted">{t.noHistory}</p>}
      <ol class="plain-list">
        {lines.slice(0, 100).map(({ id, at, kind, what }) => (
          <li key={id} class="history-line">
            <time class="muted small" dateTime={at}>
              {format.dateTime(at)}
            </time>
            <strong>{t.kinds[kind] ?? kind}</strong>
            <span>{what}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function aboutEvent(event: AssetEvent, nameOf: (id: string) => string, dateTime: (at: string) => string): string {
  const parts = [
    'componentId' in event ? nameOf(event.componentId) : '',
    'until' in event && event.until ? `– ${dateTime(event.until)}` : '',
    'note' in event ? event.note : '',
    'ruleIds' in event ? event.ruleIds.join(', ') : '',
    'ruleId' in event ? event.ruleId : '',
    event.by,
  ];
  return parts.filter(Boolean).join(' · ');
}
