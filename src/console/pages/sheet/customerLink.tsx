import { useMutation } from '@tanstack/preact-query';
import { call } from '../../api/client';
import { useFormat, useText } from '../../i18n';
import { useMay } from '../../shell/signedIn';
import { ErrorNote } from '../../ui/states';
import { ticketTexts } from '../ticket/text';

/** A link to the customer's page of the asset, as a code to scan from the paper; made when somebody asks for it. */
export function CustomerLink({ assetId }: { assetId: string }) {
  const t = useText(ticketTexts);
  const format = useFormat();
  const mayAct = useMay('agent');
  const making = useMutation({
    mutationFn: () => call('POST /api/v1/assets/{assetId}/customer-link', { params: { assetId }, body: {} }),
  });
  if (!mayAct) return null;
  const { data: link, error } = making;
  return (
    <section class="customer-link" aria-label={t.sheet.scan}>
      {link ? (
        <>
          <img src={`data:image/svg+xml,${encodeURIComponent(link.qr)}`} alt={link.url} width="132" height="132" />
          <div>
            <strong>{t.sheet.scan}</strong>
            <p class="mono">{link.url}</p>
            <p class="muted">{t.sheet.linkUntil(format.date(link.until))}</p>
          </div>
        </>
      ) : (
        <button type="button" class="button no-print" disabled={making.isPending} onClick={() => making.mutate()}>
          {t.sheet.addLink}
        </button>
      )}
      {error && <ErrorNote error={error} />}
    </section>
  );
}
