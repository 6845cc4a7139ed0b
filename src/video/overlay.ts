import type { Message } from './messages.js'
import { OVERLAY_STYLE } from './overlay-style.js'

/** What a person chooses in the overlay. */
export type Choice = NonNullable<Message['action']>['kind']

/** ms for which native controls stay uncovered after the pointer moved. */
const CONTROLS = 3_000

/**
 * Lies over a media element while it reconnects: a canvas with the last frame, and a status. Drawing a frame
 * of another origin is permitted; nothing is read from the canvas.
 */
export class Overlay {
  readonly #host: HTMLElement
  readonly #root: HTMLElement
  readonly #canvas: HTMLCanvasElement
  readonly #text: HTMLElement
  readonly #panel: HTMLElement
  readonly #resized: ResizeObserver
  #isKept = false
  #button: HTMLButtonElement | undefined
  #controlsTimer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly media: HTMLMediaElement,
    private readonly choose: (choice: Choice) => void,
  ) {
    const make = (name: string) => media.ownerDocument.createElement(name)
    this.#host = make('lastbyte-status')
    this.#host.lang = 'en'
    this.#host.dir = 'ltr'
    const shadow = this.#host.attachShadow({ mode: 'open' })
    const style = new CSSStyleSheet()
    style.replaceSync(OVERLAY_STYLE)
    shadow.adoptedStyleSheets = [style]
    this.#root = make('div')
    this.#canvas = make('canvas') as HTMLCanvasElement
    this.#panel = make('div')
    this.#panel.className = 'panel'
    this.#text = make('span')
    this.#text.role = 'status'
    this.#panel.append(this.#text)
    this.#root.append(this.#canvas, this.#panel)
    shadow.append(this.#root)
    this.#resized = new ResizeObserver(() => this.#place())
  }

  /**
   * Keeps the frame that the element shows now, for `cover`: Firefox has none any more once a person seeks beyond
   * what has arrived.
   */
  keep(): void {
    const { media } = this
    // A load that failed may have left its first frame on the element.
    if (this.#root.classList.contains('covers')) return
    if (!(media instanceof HTMLVideoElement) || media.readyState < 2 || !media.videoWidth) return
    this.#canvas.width = media.videoWidth
    this.#canvas.height = media.videoHeight
    this.#canvas.getContext('2d')?.drawImage(media, 0, 0)
    this.#isKept = true
  }

  /** Lays the frame that the element shows now over it, or else the one that was kept last. */
  cover(): void {
    this.keep()
    if (!this.#isKept) return
    this.#root.classList.add('covers')
    this.#attach()
  }

  uncover(): void {
    this.#isKept = false
    this.#root.classList.remove('covers')
    this.#detachIfEmpty()
  }

  /** Shows a message; undefined: none. */
  say(message: Message | undefined): void {
    if (message !== undefined) this.#attach()
    // A text that doesn't change must not be announced again.
    if (message !== undefined && this.#text.textContent !== message.text) {
      this.#text.textContent = message.text
    }
    this.#offer(message?.action)
    this.#root.classList.toggle('says', message !== undefined)
    this.#detachIfEmpty()
  }

  remove(): void {
    this.#root.className = ''
    this.#detachIfEmpty()
  }

  #offer(action: Message['action']): void {
    if (this.#button?.textContent === action?.label) return
    this.#button?.remove()
    this.#button = undefined
    if (action === undefined) return
    this.#button = this.media.ownerDocument.createElement('button')
    this.#button.textContent = action.label
    this.#button.addEventListener('click', () => this.choose(action.kind))
    this.#panel.append(this.#button)
  }

  /** Beside the element, so that it scrolls and is clipped with it; in fullscreen above it. */
  #attach(): void {
    const { media } = this
    if (this.#host.isConnected || !media.isConnected) return
    media.after(this.#host)
    this.#resized.observe(media)
    media.addEventListener('pointermove', this.#showControls)
    media.addEventListener('focusin', this.#showControls)
    media.addEventListener('fullscreenchange', this.#raise)
    this.#raise()
  }

  /** A person may enter and leave fullscreen while it is shown. */
  readonly #raise = (): void => {
    const host = this.#host
    if (this.media.ownerDocument.fullscreenElement !== this.media) host.removeAttribute('popover')
    else if ('popover' in host) {
      host.popover = 'manual'
      host.showPopover()
    }
    this.#place()
  }

  #detachIfEmpty(): void {
    if (this.#root.classList.contains('covers') || this.#root.classList.contains('says')) return
    this.#text.textContent = ''
    this.#resized.disconnect()
    this.media.removeEventListener('pointermove', this.#showControls)
    this.media.removeEventListener('focusin', this.#showControls)
    this.media.removeEventListener('fullscreenchange', this.#raise)
    this.#host.remove()
    this.#host.removeAttribute('popover')
  }

  /** The canvas would hide them. */
  readonly #showControls = (): void => {
    if (!this.media.controls) return
    this.#root.classList.add('controls')
    clearTimeout(this.#controlsTimer)
    this.#controlsTimer = setTimeout(() => this.#root.classList.remove('controls'), CONTROLS)
  }

  /** Measures where the host would be, which depends on the page's own positioned elements. */
  #place(): void {
    const { media } = this
    const { style } = this.#host
    const box = media.getBoundingClientRect()
    style.left = '0'
    style.top = '0'
    const zero = this.#host.getBoundingClientRect()
    style.left = `${box.left - zero.left}px`
    style.top = `${box.top - zero.top}px`
    style.width = `${box.width}px`
    style.height = `${box.height}px`
    this.#root.classList.toggle('below', !(media instanceof HTMLVideoElement))
    // The canvas fits its picture into the content box as the video does.
    const shown = getComputedStyle(media)
    const inset = (side: string) =>
      `calc(${shown.getPropertyValue(`padding-${side}`)} + ${shown.getPropertyValue(`border-${side}-width`)})`
    const canvas = this.#canvas.style
    const [top, right, bottom, left] = ['top', 'right', 'bottom', 'left'].map(inset)
    canvas.top = top ?? ''
    canvas.left = left ?? ''
    canvas.width = `calc(100% - ${left} - ${right})`
    canvas.height = `calc(100% - ${top} - ${bottom})`
    canvas.objectFit = shown.objectFit
    canvas.objectPosition = shown.objectPosition
    canvas.borderRadius = shown.borderRadius
  }
}
