import type { TestPage } from '../../fixture/browsers/test-browser.js'

/** What a page has played since `record`. */
export interface Played {
  /** s. */
  readonly position: number
  /** s: the longest part of the film that a seek of the player left out. */
  readonly skipped: number
  /** s: the longest part to which the guard or a seek of the player went back. */
  readonly repeated: number
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
 * Records the seeks and the positions of `recover` from now on: nothing else moves a player's position. Some players
 * seek when they start, so the film has to play already. Frames would also show how busy the machine is. So would what
 * is played between `recover` and the end of the old source, which a player needs time to replace: a player has to
 * continue at the position of `recover`.
 */
export function record(page: TestPage): Promise<void> {
  return page.evaluate(() => {
    const video = document.querySelector('video') as HTMLVideoElement
    const jumps: number[] = []
    let reached = video.currentTime
    let isReplacing = false
    Object.assign(window, { jumps })
    const onTime = () => {
      if (!video.seeking && !isReplacing) reached = Math.max(reached, video.currentTime)
    }
    for (const event of ['timeupdate', 'waiting', 'pause']) video.addEventListener(event, onTime)
    video.addEventListener('recover', (event) => {
      onTime()
      const { detail } = event as CustomEvent<number>
      jumps.push(detail - reached)
      reached = detail
      isReplacing = true
    })
    video.addEventListener('emptied', () => {
      isReplacing = false
    })
    video.addEventListener('seeking', () => jumps.push(video.currentTime - reached))
  }, null)
}

export function played(page: TestPage): Promise<Played> {
  return page.evaluate(() => {
    const { jumps } = window as unknown as { readonly jumps: readonly number[] }
    return {
      position: document.querySelector('video')?.currentTime ?? 0,
      skipped: Math.max(0, ...jumps),
      repeated: -Math.min(0, ...jumps),
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
