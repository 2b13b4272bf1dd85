import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { useRead } from '../../api/queries';
import type { TicketDetail } from '../../api/types';
import { useLocal, useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { SeverityBadge, StatusBadge } from '../../ui/badges';
import { Icon } from '../../ui/icon';
import { Page } from '../../ui/page';
import { Loaded, Skeleton } from '../../ui/states';
import { ActDialog } from './actDialog';
import { Actions } from './actions';
import type { Act } from './acts';
import { Deadlines } from './deadlines';
import { Evidence } from './evidence';
import { Facts } from './facts';
import { History } from './history';
import { Knowledge } from './knowledge';
import { ticketTexts } from './text';
import { useEquipment } from './useEquipment';
import './page.css';

/** A ticket: why it is there, until when, and everything that can be done with it. */
export default function TicketPage({ ticketId }: { ticketId: string }) {
  const query = useRead('GET /api/v1/tickets/{ticketId}', { params: { ticketId } }, { every: 15_000 });
  return (
    <Loaded query={query} skeleton={<Skeleton height="6rem" lines={5} />}>
      {(ticket) => <OneTicket ticket={ticket} />}
    </Loaded>
  );
}

function OneTicket({ ticket }: { ticket: TicketDetail }) {
  const t = useText(ticketTexts);
  const common = useText(commonTexts);
  const local = useLocal();
  const [act, setAct] = useState<Act>();
  const { asset, model } = useEquipment(ticket.assetId);
  return (
    <Page
      title={`#${ticket.number} ${local(ticket.title)}`}
      about={
        <span class="row">
          <StatusBadge status={ticket.status} />
          <SeverityBadge severity={ticket.severity} />
          <span>{common.priority[ticket.priority]}</span>
        </span>
      }
      actions={
        <>
          <Link class="button quiet" href="/tickets">
            <Icon name="back" />
            {t.back}
          </Link>
          <Link class="button" href={`/tickets/${ticket.id}/sheet`}>
            <Icon name="print" />
            {t.print}
          </Link>
        </>
      }
    >
      <Actions ticket={ticket} onAct={setAct} />
      <div class="ticket-page">
        <div class="stack">
          <p class="card lead">{local(ticket.summary)}</p>
          <Evidence ticket={ticket} />
          <Knowledge ticket={ticket} />
          <History ticket={ticket} />
        </div>
        <div class="stack">
          <Deadlines ticket={ticket} />
          <Facts ticket={ticket} asset={asset} model={model} />
        </div>
      </div>
      {act && <ActDialog act={act} ticket={ticket} model={asset?.modelId} onClose={() => setAct(undefined)} />}
    </Page>
  );
}
