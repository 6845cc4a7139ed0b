import type { TestPage } from '../../fixture/browsers/test-browser.js'

/** What a page has played since `record`. */
export interface Played {
  /** s. */
  readonly position: number
  /** s: the longest part of the film that a seek of the player left out. */
  readonly skipped: number
  /** s: the longest part to which the guard or a seek of the player went back. */
  readonly repeated: number
  readonly moves: readonly Move[]
}

/** What moved the position of a player, without playing. */
export interface Move {
  /** `playing`: the player goes on with another source without a seek. */
  readonly by: 'seek' | 'recover' | 'playing'
  /** s. */
  readonly from: number
  /** s. */
  readonly to: number
}

/** Plays the page's film without sound. */
export async function play(page: TestPage): Promise<void> {
  const isThere = () => document.querySelector('video') !== null
  await page.waitFor(isThere, null, { timeout: 20_000 })
  await page.evaluate(() => {
    const video = document.querySelector('video') as HTMLVideoElement
    video.muted = true
    const play = () => video.play().catch(() => {})
    video.addEventListener('loadedmetadata', play, { once: true })
    return play()
  }, null)
}

/**
 * Records from now on the seeks and the positions of `recover`, which alone move a player's position. Some players seek
 * when they start, so the film has to play already.
 *
 * Each is compared with the position at the time of the call: on a busy machine the position of an element runs ahead of
 * its pictures and steps back, without a seek. What is played between `recover` and the end of the old source doesn't
 * count, as a player needs time to replace it: it has to continue at the position of `recover`.
 */
export function record(page: TestPage): Promise<void> {
  return page.evaluate(() => {
    const video = document.querySelector('video') as HTMLVideoElement
    const { prototype } = HTMLMediaElement
    const native = Object.getOwnPropertyDescriptor(prototype, 'currentTime')
    if (native?.get === undefined || native.set === undefined) throw new Error('no currentTime')
    const { get, set } = native
    const moves: Move[] = []
    Object.assign(window, { moves })
    /** The position before the element lost its source. */
    let last = video.currentTime
    /** The position of `recover`, until the player has another source and has sought in it. */
    let recovered: number | undefined
    let isEmpty = false
    /** Seeks that were recorded when they were called, and whose event is still to come. */
    let called = 0
    const move = (by: Move['by'], to: number) => {
      const hasPosition = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA
      moves.push({
        by,
        from: recovered ?? (hasPosition && !video.seeking ? get.call(video) : last),
        to,
      })
    }
    for (const event of ['timeupdate', 'waiting', 'pause']) {
      video.addEventListener(event, () => {
        if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) last = get.call(video)
      })
    }
    video.addEventListener('recover', (event) => {
      const { detail } = event as CustomEvent<number>
      move('recover', detail)
      recovered = detail
      isEmpty = false
    })
    video.addEventListener('emptied', () => {
      isEmpty = true
    })
    video.addEventListener('playing', () => {
      if (!isEmpty || recovered === undefined) return
      move('playing', get.call(video))
      recovered = undefined
    })
    video.addEventListener('seeking', () => {
      // Of the browser itself, or by another method.
      if (called === 0) move('seek', get.call(video))
      else called -= 1
    })
    Object.defineProperty(prototype, 'currentTime', {
      ...native,
      set(position: number) {
        if (this === video) {
          move('seek', position)
          called += 1
          if (isEmpty) recovered = undefined
        }
        set.call(this, position)
      },
    })
  }, null)
}

export function played(page: TestPage): Promise<Played> {
  return page.evaluate(() => {
    const { moves } = window as unknown as { readonly moves: readonly Move[] }
    const jumps = moves.map(({ from, to }) => to - from)
    return {
      position: document.querySelector('video')?.currentTime ?? 0,
      skipped: Math.max(0, ...jumps),
      repeated: -Math.min(0, ...jumps),
      moves,
    }
  }, null)
}

/** Waits until the film has reached a second. @returns whether it has, in time */
export async function reaches(page: TestPage, second: number, timeout: number): Promise<boolean> {
  const hasReached = (second: number) =>
    (document.querySelector('video')?.currentTime ?? 0) >= second
  return page.waitFor(hasReached, second, { timeout }).then(
    () => true,
    () => false,
  )
}
