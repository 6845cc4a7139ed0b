/** What a person has set on a media element, and `load()` would lose. */
export interface PlayerState {
  /** s. */
  readonly position: number
  readonly rate: number
  readonly tracks: readonly { readonly track: TextTrack; readonly mode: TextTrackMode }[]
  readonly inPicture: boolean
}

/** Reads the state before `load()`. Volume, `muted` and `loop` outlive it. */
export function playerState(media: HTMLMediaElement): PlayerState {
  const { currentTime: position, playbackRate: rate } = media
  const tracks = Array.from(media.textTracks, (track) => ({ track, mode: track.mode }))
  return { position, rate, tracks, inPicture: isInPicture(media) }
}

/** Restores all but the position: see `seekTo`. */
export function restorePlayer(media: HTMLMediaElement, state: PlayerState): void {
  media.playbackRate = state.rate
  restoreTracks(media, state)
  if (!state.inPicture || isInPicture(media))
    return // Browsers permit it only soon after a click; without, the picture has closed.
  ;(media as HTMLVideoElement).requestPictureInPicture().catch(() => {})
}

/** Tracks within the file are other objects after a load: they are known by what they are. */
export function restoreTracks(
  media: HTMLMediaElement,
  { tracks }: Pick<PlayerState, 'tracks'>,
): void {
  for (const now of Array.from(media.textTracks)) {
    const same = tracks.find(({ track }) => track === now)
    const { mode } = same ?? tracks.find(({ track }) => isAlike(track, now)) ?? now
    if (now.mode !== mode) now.mode = mode
  }
}

/** A stream without an end, such as radio, has no position to go back to. */
export function seekTo(media: HTMLMediaElement, position: number): void {
  const isEndless = media.readyState > 0 && !Number.isFinite(media.duration)
  if (!isEndless && media.currentTime !== position) media.currentTime = position
}

function isAlike(a: TextTrack, b: TextTrack): boolean {
  return a.kind === b.kind && a.label === b.label && a.language === b.language
}

function isInPicture(media: HTMLMediaElement): boolean {
  const { pictureInPictureElement } = media.ownerDocument
  return pictureInPictureElement !== undefined && pictureInPictureElement === media
}
