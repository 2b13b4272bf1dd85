import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useState } from 'preact/hooks';

const ToastContext = createContext<(text: string) => void>(() => undefined);
const SHOWN_MS = 5000;

/** Says in a corner that something was done; what went wrong is said where it was tried. */
export function useToast(): (text: string) => void {
  return useContext(ToastContext);
}

export function Toasts({ children }: { children: ComponentChildren }) {
  const [shown, setShown] = useState<readonly { id: number; text: string }[]>([]);
  const show = useCallback((text: string) => {
    const id = performance.now();
    setShown((before) => [...before, { id, text }]);
    setTimeout(() => setShown((before) => before.filter((toast) => toast.id !== id)), SHOWN_MS);
  }, []);
  return (
    <ToastContext.Provider value={show}>
      {children}
      <div class="toasts" role="status" aria-live="polite">
        {shown.map(({ id, text }) => (
          <div key={id}>{text}</div>
        ))}
      </div>
    </ToastContext.Provider>
  );
}
