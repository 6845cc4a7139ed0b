import { element } from './element.js'
import type { HlsClass } from './player-hls.js'

/**
 * Loads hls.js, which is no part of this bundle, as few files are playlists.
 *
 * @param url of its build for browsers, which defines a global
 * @throws Error where the server does not have it
 */
export function loadHls(url: string): Promise<HlsClass> {
  return new Promise((resolve, reject) => {
    const script = element('script', { src: url })
    const fail = () => reject(new Error(`${url} is not there`))
    script.addEventListener('error', fail)
    script.addEventListener('load', () => {
      const { Hls } = globalThis as { Hls?: HlsClass }
      if (Hls === undefined) fail()
      else resolve(Hls)
    })
    document.head.append(script)
  })
}
