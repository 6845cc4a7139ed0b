/** By how much a round must be faster than the best one before it, so that another one follows. */
const GAIN = 1.05

/**
 * Repeats a round until the server answers no faster for the same processor time: V8 optimizes functions late that
 * are short or have been called few times, and takes longer on a slow machine.
 *
 * @param most the largest number of rounds
 * @param measureRound resolves to the figures of a round, with its `rate` and, where the system tells it, `cpu`
 */
export async function warmUp(most, measureRound) {
  let best = 0
  for (let round = 0; round < most; round += 1) {
    const { rate, cpu } = await measureRound()
    // A round that is too short for the clock of the system has 0.
    const speed = rate / (cpu || 1)
    if (speed < best * GAIN) return
    best = speed
  }
}
