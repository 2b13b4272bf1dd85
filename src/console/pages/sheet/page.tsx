import { useRead } from '../../api/queries';
import type { TicketDetail } from '../../api/types';
import { useFormat, useLocal, useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { Icon } from '../../ui/icon';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Evidence } from '../ticket/evidence';
import { Facts } from '../ticket/facts';
import { Knowledge } from '../ticket/knowledge';
import { ticketTexts } from '../ticket/text';
import { useEquipment } from '../ticket/useEquipment';
import { CustomerLink } from './customerLink';
import './page.css';

/** What a technician takes along, on paper. */
export default function SheetPage({ ticketId }: { ticketId: string }) {
  const query = useRead('GET /api/v1/tickets/{ticketId}', { params: { ticketId } });
  return <Loaded query={query}>{(ticket) => <Sheet ticket={ticket} />}</Loaded>;
}

function Sheet({ ticket }: { ticket: TicketDetail }) {
  const t = useText(ticketTexts);
  const common = useText(commonTexts);
  const local = useLocal();
  const format = useFormat();
  const { asset, model } = useEquipment(ticket.assetId);
  return (
    <Page
      title={`${t.sheet.title} #${ticket.number}`}
      about={`${local(ticket.title)} · ${common.priority[ticket.priority]} · ${format.dateTime(ticket.openedAt)}`}
      actions={
        <button type="button" class="button primary" onClick={() => window.print()}>
          <Icon name="print" />
          {t.sheet.print}
        </button>
      }
    >
      <div class="sheet stack">
        <p>{local(ticket.summary)}</p>
        <Facts ticket={ticket} asset={asset} model={model} />
        <Knowledge ticket={ticket} />
        <Evidence ticket={ticket} />
        <CustomerLink assetId={ticket.assetId} />
        <section class="card">
          <h2>{t.sheet.findings}</h2>
          <div class="blank" />
          <div class="signature">{t.sheet.name}</div>
        </section>
      </div>
    </Page>
  );
}
