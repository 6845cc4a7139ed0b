import { element } from './element.js'
import { RATES } from './player-preferences.js'
import type { Subtitles } from './player-tracks.js'

/** A menu of the rates of playback, which follows a rate that is set elsewhere. */
export function rateMenu(media: HTMLMediaElement): HTMLLabelElement {
  const options = RATES.map((rate) => new Option(`${rate}×`, String(rate)))
  const menu = element('select', { id: 'rate' }, ...options)
  const show = () => {
    menu.value = String(media.playbackRate)
  }
  menu.addEventListener('change', () => {
    media.playbackRate = Number(menu.value)
  })
  media.addEventListener('ratechange', show)
  show()
  return element('label', {}, 'Speed ', menu)
}

/** A menu of the subtitles, which follows the browser's own; hidden while there are none. */
export function subtitleMenu(
  subtitles: Subtitles,
  tracks: EventTarget,
  onChoice: (language: string | undefined) => void,
): HTMLLabelElement {
  const menu = element('select', { id: 'subtitles' })
  const label = element('label', {}, 'Subtitles ', menu)
  const show = () => {
    const { all, shown } = subtitles
    const titles = ['Off', ...all.map((track) => track.label || track.language || 'Subtitles')]
    if (menu.options.length !== titles.length) {
      menu.replaceChildren(...titles.map((title, index) => new Option(title, String(index - 1))))
    }
    menu.value = String(shown === undefined ? -1 : all.indexOf(shown))
    label.hidden = all.length === 0
  }
  menu.addEventListener('change', () => {
    subtitles.show(subtitles.all[Number(menu.value)])
    onChoice(subtitles.shown?.language)
  })
  for (const event of ['change', 'addtrack', 'removetrack']) tracks.addEventListener(event, show)
  tracks.addEventListener('change', () => {
    // A change before any action of the user is the page's own.
    if (navigator.userActivation?.hasBeenActive) onChoice(subtitles.shown?.language)
  })
  show()
  return label
}

/** A box that is checked or not. */
export function checkBox(
  id: string,
  title: string,
  checked: boolean,
  onChange: (checked: boolean) => void,
): HTMLLabelElement {
  const box = element('input', { type: 'checkbox', id, checked })
  box.addEventListener('change', () => onChange(box.checked))
  return element('label', { className: 'lb-check' }, box, ` ${title}`)
}

/** A button. */
export function button(id: string, title: string, onClick: () => void): HTMLButtonElement {
  const created = element('button', { type: 'button', id, textContent: title })
  created.addEventListener('click', onClick)
  return created
}
