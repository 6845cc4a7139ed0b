import type { MediaVersion } from './media-version.js'

interface Remembered {
  readonly url: string
  readonly pin: MediaVersion | undefined
}

/** Of elements whose guard was released: the next one must not take a version that came since for theirs. */
const remembered = new WeakMap<HTMLMediaElement, Remembered>()

/** Keeps the version of what an element has loaded. */
export function rememberPin(media: HTMLMediaElement, pin: MediaVersion | undefined): void {
  remembered.set(media, { url: media.currentSrc, pin })
}

/** The version of what an element has loaded, as an earlier guard of it knew. */
export function rememberedPin(media: HTMLMediaElement): MediaVersion | undefined {
  const { url, pin } = remembered.get(media) ?? {}
  return media.readyState > 0 && url === media.currentSrc ? pin : undefined
}
