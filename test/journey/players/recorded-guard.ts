import { type GuardOptions, guard as original } from '../../../src/video/index.js'

export * from '../../../src/video/index.js'

/** `guard`, whose calls of `recover` are events of the element, with the position as their detail. */
export function guard(media: HTMLMediaElement, options: GuardOptions = {}) {
  const { recover } = options
  if (recover === undefined) return original(media, options)
  const announced = (position: number) => {
    media.dispatchEvent(new CustomEvent('recover', { detail: position }))
    return recover(position)
  }
  return original(media, { ...options, recover: announced })
}
