import type { GuardState } from '../../video/index.js'
import { type ReadEvent, workerMessageOf } from '../../video/worker-message.js'
import { ReceivedBar } from './received-bar.js'
import { applyBuffered, applyReadEvent } from './received-events.js'
import { ReceivedRanges } from './received-ranges.js'
import type { RangeScale } from './received-text.js'

/** ms between two drawings of the bar. */
const PERIOD = 250

/** What the player learns of the connection. */
export interface ReceivedWatch {
  /** Takes an event of the worker: from then on the bar shows bytes. */
  readonly onRead: (event: ReadEvent) => void
  /** Takes a state of the guard, which tells of outages also where no worker does. */
  readonly onState: (state: GuardState) => void
}

/** Draws the bar of what has arrived while the file is loaded. */
export function watchReceived(section: HTMLElement, media: HTMLMediaElement): ReceivedWatch {
  const bar = new ReceivedBar(section)
  const times = new ReceivedRanges()
  const bytes = new ReceivedRanges()
  let size = 0
  let attempt = 1
  let isOut = false
  let isDrawn = false
  const played = () => (media.duration > 0 ? media.currentTime / media.duration : 0)
  const draw = () => {
    isDrawn = false
    const scale: RangeScale =
      size > 0 ? { unit: 'bytes', whole: size } : { unit: 'seconds', whole: media.duration }
    if (scale.whole > 0 && Number.isFinite(scale.whole))
      bar.draw(size > 0 ? bytes : times, scale, played())
  }
  const schedule = () => {
    if (!isDrawn) setTimeout(draw, PERIOD)
    isDrawn = true
  }
  const onTimes = () => {
    applyBuffered(times, media.buffered, attempt)
    schedule()
  }
  for (const event of ['progress', 'timeupdate', 'seeking', 'loadedmetadata', 'ended']) {
    media.addEventListener(event, onTimes)
  }
  onTimes()
  return {
    onRead: (event) => {
      size = applyReadEvent(bytes, event) ?? size
      schedule()
    },
    onState: ({ kind }) => {
      const isOutage = kind === 'reconnecting'
      const position = media.currentTime
      if (isOutage && !isOut) times.mark({ kind: 'cut', position })
      if (kind === 'playing' && isOut) {
        times.mark({ kind: 'healed', position })
        attempt += 1
      }
      if (kind === 'changed' || kind === 'gave-up') times.mark({ kind, position })
      isOut = isOutage || (isOut && kind === 'idle')
      schedule()
    },
  }
}

/** The part of `navigator.serviceWorker` that is used; absent on pages without TLS. */
export type MessageSource = Pick<EventTarget, 'addEventListener'> & { startMessages?(): void }

/** Calls a function with each event of the worker about a file, whichever pin and query its URL has. */
export function receiveReads(
  worker: MessageSource | undefined,
  url: string,
  onRead: (event: ReadEvent) => void,
): void {
  const { pathname } = new URL(url)
  worker?.addEventListener('message', ({ data }: Event & { data?: unknown }) => {
    const message = workerMessageOf(data)
    if (message !== undefined && new URL(message.url, url).pathname === pathname) onRead(message)
  })
  worker?.startMessages?.()
}
