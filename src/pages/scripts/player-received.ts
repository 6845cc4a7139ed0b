import type { ReadEvent } from '../../video/worker-message.js'
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
  /** The player has lost its connection, or has it again, where no worker tells of it. */
  readonly onOutage: (phase: 'began' | 'ended') => void
}

/** Draws the bar of what has arrived while the file is loaded. */
export function watchReceived(section: HTMLElement, media: HTMLMediaElement): ReceivedWatch {
  const bar = new ReceivedBar(section)
  const times = new ReceivedRanges()
  const bytes = new ReceivedRanges()
  let size = 0
  let attempt = 1
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
    onOutage: (phase) => {
      times.mark({ kind: phase === 'began' ? 'cut' : 'healed', position: media.currentTime })
      if (phase === 'ended') attempt += 1
      schedule()
    },
  }
}
