'use client';
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button, type ButtonLook, type ButtonSize } from './button.tsx';

type DialogProps = {
  /** The text (and icon) of the button that opens it. */
  trigger: ReactNode;
  look?: ButtonLook;
  size?: ButtonSize;
  title: string;
  /** A function gets `close`, to call when the work is done. */
  children: ReactNode | ((close: () => void) => ReactNode);
};

/** A native modal dialog: focus is held inside, Escape and a click beside it close it, focus returns to the button. */
export function Dialog({ trigger, look = 'secondary', size, title, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const id = useId();
  const close = () => setOpen(false);
  useEffect(() => {
    const element = dialog.current;
    if (open && !element?.open) element?.showModal();
    else if (!open && element?.open) element.close();
  }, [open]);
  return (
    <>
      <Button look={look} {...(size ? { size } : {})} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {trigger}
      </Button>
      <dialog
        ref={dialog}
        aria-labelledby={id}
        onClose={close}
        closedby="any"
        className="m-auto w-[min(34rem,calc(100vw-2rem))] rounded-card border border-line bg-surface p-0 text-ink shadow-float"
      >
        {open ? (
          <div className="p-5">
            <div className="mb-4 flex items-start justify-between gap-4">
              <h2 id={id} className="text-lg font-semibold">
                {title}
              </h2>
              <Button look="ghost" size="sm" aria-label="Close" onClick={close} className="-mt-1 -mr-2 px-2">
                <X aria-hidden="true" />
              </Button>
            </div>
            {typeof children === 'function' ? children(close) : children}
          </div>
        ) : null}
      </dialog>
    </>
  );
}
