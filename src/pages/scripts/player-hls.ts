/** The part of hls.js that is used. */
interface HlsPlayer {
  attachMedia(media: HTMLMediaElement): void
  loadSource(url: string): void
  startLoad(position?: number): void
  recoverMediaError(): void
  on(event: string, listener: (event: string, data: HlsProblem) => void): void
}

interface HlsProblem {
  readonly fatal: boolean
  readonly type: string
}

/** The class of hls.js. */
export interface HlsClass {
  new (options: object): HlsPlayer
  isSupported(): boolean
}

/** How a playlist is played. */
export type HlsPlayback =
  | { readonly kind: 'native' }
  /** `recover` loads again from a position in seconds. */
  | { readonly kind: 'script'; readonly recover: (position: number) => void }
  /** The reason is a sentence for people. */
  | { readonly kind: 'none'; readonly reason: string }

/**
 * Plays a playlist (RFC 8216): by the browser itself where it can, else by hls.js, if the server has it.
 *
 * @param load loads hls.js
 */
export async function playHls(
  media: HTMLMediaElement,
  load: () => Promise<HlsClass>,
): Promise<HlsPlayback> {
  if (media.canPlayType('application/vnd.apple.mpegurl') !== '') return { kind: 'native' }
  const url = media.src
  media.removeAttribute('src')
  media.load()
  const Hls = await load().catch(() => undefined)
  if (Hls === undefined) {
    const reason =
      'This browser does not play HLS by itself, and the server has no hls.js: install it there by “npm install hls.js”.'
    return { kind: 'none', reason }
  }
  if (!Hls.isSupported()) return { kind: 'none', reason: 'This browser can’t play HLS.' }
  // A worker would be a script of a blob: URL, which the policy of the page forbids.
  const player = new Hls({ enableWorker: false })
  player.on('hlsError', (_event, { fatal, type }) => {
    if (fatal && type === 'mediaError') player.recoverMediaError()
  })
  player.loadSource(url)
  player.attachMedia(media)
  return { kind: 'script', recover: (position) => player.startLoad(position) }
}
