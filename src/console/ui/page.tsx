import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

interface PageProps {
  readonly title: string;
  /** A line under the title. */
  readonly about?: ComponentChildren;
  /** Buttons beside the title. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A page with its title, which the window has too; the reader of the screen begins here. */
export function Page({ title, about, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Fettle`;
  }, [title]);
  return (
    <>
      <div class="page-head">
        <div class="about">
          <h1>{title}</h1>
          {about && <div class="muted">{about}</div>}
        </div>
        {actions && <div class="row no-print">{actions}</div>}
      </div>
      {children}
    </>
  );
}
