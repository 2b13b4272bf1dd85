import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { call } from '../../api/client';
import { useRead } from '../../api/queries';
import { useText } from '../../i18n';
import { useMay } from '../../shell/signedIn';
import { Field } from '../../ui/field';
import { ErrorNote } from '../../ui/states';
import { unmappedTexts } from './unmappedTexts';

const SECONDS = 10;

/** Listens to the broker for topics that no source subscribes to; the embedded one takes whatever is published. */
export function Listen() {
  const may = useMay('engineer');
  const installation = useRead('GET /api/v1/installation', {}, { enabled: may });
  return may && installation.data?.mqtt.embedded === false ? <ListenForm /> : null;
}

function ListenForm() {
  const t = useText(unmappedTexts);
  const queries = useQueryClient();
  const [filter, setFilter] = useState('#');
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const [said, setSaid] = useState<string>();
  const listen = async () => {
    setBusy(true);
    setFault(undefined);
    setSaid(undefined);
    try {
      const body = { filter, seconds: SECONDS, brokerId: 'main' };
      const { heard, unmapped, topics } = await call('POST /api/v1/unmapped/listen', { body });
      await queries.invalidateQueries();
      setSaid(unmapped === 0 ? t.heardNothing(heard) : t.heard(heard, unmapped, topics));
    } catch (error) {
      setFault(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="card stack listen"
      onSubmit={(event) => {
        event.preventDefault();
        void listen();
      }}
    >
      <div class="row">
        <Field label={t.filter} hint={t.filterHint}>
          <input
            class="mono"
            required
            value={filter}
            spellcheck={false}
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
        </Field>
        <button type="submit" class="button" disabled={isBusy}>
          {isBusy ? t.listening : t.listen(SECONDS)}
        </button>
      </div>
      <p role="status">{said}</p>
      {fault !== undefined && <ErrorNote error={fault} />}
    </form>
  );
}
