/** ms between two looks at the bytes of a download. */
export const LOOK = 500
/** ms for which a download may be slower than a tenth of its rate. */
const PATIENCE = 5_000

/** Judges whether a download is served at its pace. */
export class Pace {
  #isStarved = false
  #looks: { readonly at: number; readonly bytes: number }[] = []

  /** @param least bytes a second below which a client is starved */
  constructor(private readonly least: number) {}

  /** Begins anew: the connection was cut, and the client waits before it tries again. */
  restart(): void {
    this.#looks = []
  }

  /**
   * Notes the bytes received so far, at a time in ms.
   *
   * @returns what was received in the last 5 s, once that is too little; undefined otherwise, or while the
   * download is younger
   */
  look(at: number, bytes: number): string | undefined {
    this.#looks.push({ at, bytes })
    while (this.#looks.length > 1 && at - (this.#looks[1]?.at ?? at) >= PATIENCE)
      this.#looks.shift()
    const first = this.#looks[0]
    if (first === undefined || at - first.at < PATIENCE) return undefined
    const received = bytes - first.bytes
    const expected = (this.least * (at - first.at)) / 1_000
    const wasStarved = this.#isStarved
    this.#isStarved = received < expected
    if (!this.#isStarved || wasStarved) return undefined
    return `${received} bytes in ${Math.round(at - first.at)} ms; expected at least ${Math.round(expected)}`
  }
}
