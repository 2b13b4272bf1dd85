import { Link } from 'wouter-preact';
import { useText } from '../i18n';
import { commonTexts } from '../i18n/common';
import { Page } from '../ui/page';
import { Empty } from '../ui/states';

export function NotFound({ title }: { title: string }) {
  const t = useText(commonTexts);
  return (
    <Page title={title}>
      <Empty title={t.notFoundHint}>
        <Link class="button" href="/fleet">
          {t.toFleet}
        </Link>
      </Empty>
    </Page>
  );
}
