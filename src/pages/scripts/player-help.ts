import { element } from './element.js'
import { SHORTCUTS } from './player-shortcuts.js'

export interface HelpOptions {
  readonly enabled: boolean
  /** Called when the user turns the shortcuts on or off. */
  readonly onChange: (enabled: boolean) => void
}

/** The sheet of shortcuts. They can be turned off, since single keys are in the way of speech input (WCAG 2.1.4). */
export function helpSheet({ enabled, onChange }: HelpOptions): HTMLDialogElement {
  const rows = SHORTCUTS.map(({ keys, shown = keys.join(', '), does }) =>
    element(
      'div',
      {},
      element('dt', {}, element('kbd', { textContent: shown })),
      element('dd', { textContent: does }),
    ),
  )
  const toggle = element('input', { type: 'checkbox', checked: enabled })
  toggle.addEventListener('change', () => onChange(toggle.checked))
  const close = element('button', { type: 'button', textContent: 'Close' })
  const title = element('h2', { id: 'help-title', textContent: 'Keyboard shortcuts' })
  const dialog = element(
    'dialog',
    { className: 'lb-help' },
    title,
    element('dl', {}, ...rows),
    element('label', {}, toggle, ' Use these keys'),
    element('p', {}, close),
  )
  dialog.setAttribute('aria-labelledby', title.id)
  close.addEventListener('click', () => dialog.close())
  // A click beside the sheet is one on the dialog itself, which its content covers.
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close()
  })
  return dialog
}
