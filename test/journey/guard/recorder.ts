import type { CODE } from '../../fixture/coded-clip/frame-code.js'

/** A frame that was shown. */
export interface ShownFrame {
  /** ms since the epoch. */
  readonly at: number
  /** Absent where the code was damaged. */
  readonly frame?: { readonly number: number; readonly version: number }
}

export interface MediaEvent {
  /** ms since the epoch. */
  readonly at: number
  readonly type: string
  /** s. */
  readonly position: number
}

/** What happened to the <video> of a page. */
export interface Recording {
  readonly frames: ShownFrame[]
  readonly events: MediaEvent[]
}

declare global {
  interface Window {
    recording: Recording
  }
}

/** Runs in the page: records each frame of its <video> that is shown. */
export function record(code: typeof CODE): void {
  const video = document.querySelector('video') as HTMLVideoElement
  const recording: Recording = { frames: [], events: [] }
  window.recording = recording

  const createContext = () => {
    const canvas = document.createElement('canvas')
    canvas.width = code.width
    canvas.height = code.height
    return canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D
  }
  let context = createContext()
  const isWhite = (bit: number, row: number) => {
    const [x, y] = [(bit + 0.5) * code.blockWidth, (row + 0.5) * code.blockHeight]
    return (context.getImageData(x, y, 1, 1).data[0] as number) > 128
  }
  /** What a viewer sees: the guard's picture of the last frame while that covers the element. */
  const visible = () => {
    const cover = document.querySelector('lastbyte-status')?.shadowRoot?.querySelector('canvas')
    return cover && getComputedStyle(cover).display !== 'none' ? cover : video
  }
  const see = () => {
    const { width, height } = code
    context.drawImage(visible(), 0, 0, width, height, 0, 0, width, height)
    try {
      isWhite(0, 0)
    } catch {
      // Chromium takes an element between two sources for one of another origin, and its canvas can't be read again.
      context = createContext()
      return
    }
    const bits = Array.from({ length: code.bits }, (_, bit) => isWhite(bit, 0))
    const damaged = bits.filter((white, bit) => white === isWhite(bit, 1)).length
    // Nothing is shown at all.
    if (damaged === code.bits) return
    const value = bits.reduce((sum, white) => sum * 2 + (white ? 1 : 0), 0)
    const versions = 2 ** code.versionBits
    const frame = { number: Math.floor(value / versions), version: value % versions }
    const last = recording.frames.at(-1)?.frame
    if (last?.number === frame.number && last.version === frame.version) return
    recording.frames.push({ at: Date.now(), ...(damaged === 0 && { frame }) })
  }
  let request = 0
  const next = () => {
    video.cancelVideoFrameCallback(request)
    request = video.requestVideoFrameCallback(() => {
      see()
      next()
    })
  }
  next()
  const types =
    'loadstart loadedmetadata loadeddata canplay playing pause waiting stalled seeking seeked emptied error ended'
  for (const type of types.split(' ')) {
    video.addEventListener(type, () => {
      recording.events.push({ at: Date.now(), type, position: video.currentTime })
      // Callbacks may be lost when another source is loaded.
      if (type === 'loadeddata' || type === 'playing') next()
    })
  }
  setInterval(() => {
    // A browser that is short of time shows frames without a callback.
    if (Date.now() - (recording.frames.at(-1)?.at ?? 0) >= 100 && video.readyState >= 2) see()
  }, 50)
  // What a guard has to keep.
  video.volume = 0.4
  video.playbackRate = 1.1
}
