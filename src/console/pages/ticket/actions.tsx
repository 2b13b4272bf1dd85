import type { TicketDetail } from '../../api/types';
import { useText } from '../../i18n';
import { useMay } from '../../shell/signedIn';
import { ErrorNote } from '../../ui/states';
import { useShortcuts } from '../../ui/useShortcuts';
import { ACT_KEYS, type Act, AT_ONCE, possibleActs } from './acts';
import { ticketTexts } from './text';
import { useAct } from './useAct';

interface ActionsProps {
  readonly ticket: TicketDetail;
  /** Asked for something that needs a form. */
  readonly onAct: (act: Act) => void;
}

/** Everything that may be done with it now, by button and by key; nothing for those who only look. */
export function Actions({ ticket, onAct }: ActionsProps) {
  const t = useText(ticketTexts);
  const mayAct = useMay('agent');
  const mayEngineer = useMay('engineer');
  const acting = useAct(ticket, () => undefined);
  const acts = mayAct ? possibleActs(ticket, mayEngineer) : [];
  const start = (act: Act) => (AT_ONCE.includes(act) ? acting.mutate({ act, given: {} }) : onAct(act));
  useShortcuts(
    Object.fromEntries(
      acts.flatMap((act) =>
        ACT_KEYS[act] === undefined || acting.isPending ? [] : [[ACT_KEYS[act], () => start(act)]],
      ),
    ),
  );
  if (!mayAct) return null;
  return (
    <div class="ticket-actions no-print">
      <div class="row">
        {acts.map((act, at) => (
          <button
            key={act}
            type="button"
            class={`button ${at === 0 ? 'primary' : ''} ${ENDING.includes(act) ? 'danger' : ''}`}
            disabled={acting.isPending}
            aria-keyshortcuts={ACT_KEYS[act]}
            onClick={() => start(act)}
          >
            {t.actions[act]}
            {ACT_KEYS[act] && (
              <span class="key" aria-hidden="true">
                {ACT_KEYS[act]}
              </span>
            )}
          </button>
        ))}
      </div>
      {acting.error && <ErrorNote error={acting.error} />}
    </div>
  );
}

const ENDING: readonly Act[] = ['void', 'cancel', 'voidVersion'];
