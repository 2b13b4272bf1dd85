import { useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';

const KEY = 'fettle.theme';

/** The theme that shows, and the other one: what was chosen, else what the system asks for. */
export function useTheme(): { theme: Theme; switchTheme: () => void } {
  const [theme, setTheme] = useState<Theme>(shownTheme);
  const switchTheme = () => {
    const next = theme === 'dark' ? 'light' : 'dark';
    localStorage.setItem(KEY, next);
    document.documentElement.dataset.theme = next;
    setTheme(next);
  };
  return { theme, switchTheme };
}

function shownTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
