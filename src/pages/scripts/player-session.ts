/** What the controls of the system show. */
export interface SessionFacts {
  /** The name of the file. */
  readonly name: string
  readonly folder: string
  /** The absolute URL of the picture. */
  readonly artwork: string | undefined
}

export interface SessionPort {
  readonly media: Pick<
    HTMLMediaElement,
    'currentTime' | 'duration' | 'playbackRate' | 'play' | 'pause'
  >
  /** undefined without a previous or next file. */
  readonly previous: (() => void) | undefined
  readonly next: (() => void) | undefined
}

/** The part of `navigator.mediaSession` that is used. */
export interface Session {
  metadata: unknown
  setActionHandler(action: MediaSessionAction, handler: MediaSessionActionHandler | null): void
  setPositionState?(state?: MediaPositionState): void
}

/** What media keys, headsets and lock screens show and do. */
export function describeSession(session: Session, facts: SessionFacts): void {
  const { name, folder, artwork } = facts
  session.metadata = new MediaMetadata({
    title: name.replace(/(?<=.)\.[^.]*$/, ''),
    album: folder,
    artwork: artwork === undefined ? [] : [{ src: artwork }],
  })
}

/** Sets the handlers of the actions that this browser knows. */
export function handleSession(session: Session, { media, previous, next }: SessionPort): void {
  const seekBy = (seconds: number) => {
    const end = Number.isFinite(media.duration) ? media.duration : Number.POSITIVE_INFINITY
    media.currentTime = Math.min(end, Math.max(0, media.currentTime + seconds))
  }
  const handlers: readonly (readonly [MediaSessionAction, MediaSessionActionHandler | null])[] = [
    ['play', () => void media.play().catch(() => {})],
    ['pause', () => media.pause()],
    ['seekbackward', ({ seekOffset = 10 }) => seekBy(-(seekOffset ?? 10))],
    ['seekforward', ({ seekOffset = 10 }) => seekBy(seekOffset ?? 10)],
    ['seekto', ({ seekTime }) => seekBy((seekTime ?? media.currentTime) - media.currentTime)],
    ['previoustrack', previous === undefined ? null : () => previous()],
    ['nexttrack', next === undefined ? null : () => next()],
  ]
  for (const [action, handler] of handlers) {
    try {
      session.setActionHandler(action, handler)
    } catch {
      // A browser throws for an action that it does not know.
    }
  }
}

/** Tells the position, so that the system shows one that can be moved. */
export function tellPosition(session: Session, media: SessionPort['media']): void {
  const { currentTime, duration, playbackRate } = media
  if (!Number.isFinite(duration) || duration <= 0 || currentTime > duration) return
  session.setPositionState?.({ duration, playbackRate, position: currentTime })
}
