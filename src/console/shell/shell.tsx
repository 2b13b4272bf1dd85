import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import { addressOf } from '../api/client';
import { useLive } from '../api/live';
import { useText } from '../i18n';
import { commonTexts } from '../i18n/common';
import { Icon, type IconName } from '../ui/icon';
import { Account } from './account';
import { ConnectionBanner } from './connection';

const PAGES = ['fleet', 'tickets', 'rules', 'analytics', 'quality', 'system', 'start'] as const satisfies IconName[];

/** The frame of every page: where one is, who one is, and whether the connection holds. */
export function Shell({ children }: { children: ComponentChildren }) {
  const t = useText(commonTexts);
  useLive();
  const main = useRef<HTMLElement>(null);
  const path = useLocation()[0];
  const first = useRef(true);
  // Whoever follows a link by keyboard or screen reader goes on at the new page, not at the old link.
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
    window.scrollTo(0, 0);
    // On a phone the menu is wider than the window.
    document.querySelector('.nav [aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [path]);
  return (
    <div class="shell">
      <a class="skip" href={`${path}#main`} onClick={(event) => skipTo(event, main.current)}>
        {t.skip}
      </a>
      <header class="side">
        <Link class="brand" href="/fleet">
          <img src={addressOf('icon.svg')} alt="" width="28" height="28" />
          Fettle
        </Link>
        <nav class="nav" aria-label={t.menu}>
          <ul>
            {PAGES.map((page) => (
              <li key={page}>
                <Link href={`/${page}`} aria-current={isAt(path, page) ? 'page' : undefined}>
                  <Icon name={page} />
                  {t[page]}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <Account />
      </header>
      <div class="content">
        <ConnectionBanner />
        <main id="main" ref={main} tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}

function skipTo(event: MouseEvent, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}

/** An asset belongs to the fleet. */
function isAt(path: string, page: string): boolean {
  const at = path === '/' || path.startsWith('/assets/') ? '/fleet' : path;
  return at === `/${page}` || at.startsWith(`/${page}/`);
}
