import type { ComponentChildren } from 'preact';
import type { TicketDetail } from '../../api/types';
import { useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import type { Act } from './acts';
import { ticketTexts } from './text';
import type { Given } from './useAct';

/** What every form of an act is given. */
export interface FormProps {
  readonly act: Act;
  readonly ticket: TicketDetail;
  readonly send: (given: Given) => void;
  readonly fault: ComponentChildren;
  readonly busy: boolean;
  readonly onClose: () => void;
}

export function FormButtons({ act, busy, onClose }: { act: Act; busy: boolean; onClose: () => void }) {
  const t = useText(ticketTexts);
  const common = useText(commonTexts);
  return (
    <footer class="row">
      <button type="button" class="button" onClick={onClose}>
        {common.cancel}
      </button>
      <button type="submit" class="button primary" disabled={busy}>
        {act === 'comment' || act === 'assign' ? common.save : t.actions[act]}
      </button>
    </footer>
  );
}
