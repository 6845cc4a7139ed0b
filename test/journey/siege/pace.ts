import { inForm } from '../../fixture/long-form.js'

/** ms between two looks at the bytes of a download. */
export const LOOK = 500
/**
 * ms for which a download may be slower than a tenth of its fair share. Beside another journey, a client itself may
 * wait seconds for a processor.
 */
export const PATIENCE = inForm({ short: 12_000, long: 5_000 })

/** What a download has received in the last `PATIENCE`. */
interface Window {
  readonly bytes: number
  /** ms. */
  readonly duration: number
}

/**
 * Judges whether a download is served at its pace, beside the others that are served at the same time. Its
 * fair share is what each would receive if all that is received were divided equally, and at most the rate
 * that a client asks for: on a slow machine, or while a killed server starts again, all are slow.
 */
export class Pace {
  #isStarved = false
  #looks: { readonly at: number; readonly bytes: number }[] = []
  #window: Window | undefined

  /**
   * @param rate bytes a second that each client asks for
   * @param all the downloads under way, this one included
   * @param isHeld whether the machine keeps the servers from running: then all may be slow, but none slower than others
   */
  constructor(
    private readonly rate: number,
    private readonly all: ReadonlySet<Pace>,
    private readonly isHeld: () => boolean,
  ) {}

  /** Begins anew: the connection was cut, and the client waits before it tries again. */
  restart(): void {
    this.#looks = []
    this.#window = undefined
  }

  /**
   * Notes the bytes received so far, at a time in ms.
   *
   * @returns what was received in the last `PATIENCE`, once that is less than a tenth of the fair share or, unless the
   * servers are held, a hundredth of the rate; undefined otherwise, or while the download is younger
   */
  look(at: number, bytes: number): string | undefined {
    this.#looks.push({ at, bytes })
    while (this.#looks.length > 1 && at - (this.#looks[1]?.at ?? at) >= PATIENCE)
      this.#looks.shift()
    const first = this.#looks[0]
    if (first === undefined || at - first.at < PATIENCE) return undefined
    this.#window = { bytes: bytes - first.bytes, duration: at - first.at }
    const wasStarved = this.#isStarved
    const expected = this.#least()
    this.#isStarved = rateOf(this.#window) < expected
    if (!this.#isStarved || wasStarved) return undefined
    const rates = this.#rates().map(Math.round).join(', ')
    return `${Math.round(rateOf(this.#window))} bytes a second for ${PATIENCE / 1_000} s; expected at least ${Math.round(expected)}, as all received ${rates}`
  }

  #least(): number {
    const rates = this.#rates()
    const share = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
    const floor = this.isHeld() ? 0 : this.rate / 100
    return Math.max(Math.min(this.rate, share) / 10, floor)
  }

  #rates(): number[] {
    return [...this.all].flatMap((pace) => (pace.#window === undefined ? [] : rateOf(pace.#window)))
  }
}

function rateOf({ bytes, duration }: Window): number {
  return (bytes * 1_000) / duration
}
