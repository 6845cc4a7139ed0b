/** s by which the first frame after a wait may be ahead of where the wait began: two frames. */
const AHEAD = 0.1

/** Covers a media element with the picture that it showed last. */
export interface Cover {
  /** Keeps the current frame, where the element has one. */
  keep(): void
  /** Lays the current frame, or else the kept one, over the element. */
  cover(): void
  uncover(): void
}

/**
 * Looks at the first frame after a wait for data: it tells what the position of the element hides in Firefox, whose
 * clock may have run on. Until it is known to be the right one, the picture of before stays.
 */
export class FirstFrame {
  #callback: number | undefined
  #goesBack = false

  constructor(
    private readonly media: HTMLMediaElement,
    private readonly picture: Cover,
  ) {}

  /** Keeps the picture of an element that begins to wait. */
  keep(): void {
    this.picture.keep()
  }

  /**
   * @param position where the element should go on, in s
   * @param most s by which its clock may have run on; a frame further ahead is that of a seek
   * @param resumed from when on it may have played, in ms of `performance.now()`
   */
  expect(position: number, most: number, resumed: number): void {
    this.cancel()
    const video = this.media as HTMLVideoElement
    // Sound has no frames, and an old browser doesn't tell of them.
    if (!('requestVideoFrameCallback' in video)) return
    this.picture.cover()
    this.#callback = video.requestVideoFrameCallback((now, { mediaTime }) => {
      this.#callback = undefined
      const played = (Math.max(0, now - resumed) / 1_000) * video.playbackRate
      const ahead = mediaTime - position - played
      this.#goesBack = ahead > AHEAD && ahead <= most + AHEAD && !video.seeking
      if (this.#goesBack) video.currentTime = position
      else this.picture.uncover()
    })
  }

  /** Takes an event of the element. */
  note(type: string): void {
    // Another load may take the place of the seek.
    if (this.#goesBack && /^(seeked|emptied|ended)$/.test(type)) {
      this.#goesBack = false
      this.picture.uncover()
    }
    // What it shows from now on, it shall show.
    if (/^(seeking|emptied|pause|ended)$/.test(type)) this.cancel()
  }

  /** Expects no frame any more. */
  cancel(): void {
    if (this.#callback === undefined) return
    const video = this.media as HTMLVideoElement
    video.cancelVideoFrameCallback(this.#callback)
    this.#callback = undefined
    this.picture.uncover()
  }
}
