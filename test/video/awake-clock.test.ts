import { describe, expect, it } from 'vitest'
import { AwakeClock, type Pause } from '../../src/video/awake-clock.js'

/** The times of the clock, and the pauses that it had, at these times since the epoch. */
function readings(times: readonly number[]): [number, Pause][] {
  let time = 1_000
  const clock = new AwakeClock(() => time)
  return times.map((next) => {
    time = next
    return [clock.now(), clock.takePause()]
  })
}

describe('AwakeClock', () => {
  it('goes on with the time', () => {
    expect(readings([2_000, 3_000])).toEqual([
      [2_000, 'none'],
      [3_000, 'none'],
    ])
  })

  it('counts 90 s of a sleep, which a hidden page may take between two timers', () => {
    expect(readings([2_000, 3_602_000, 3_603_000])).toEqual([
      [2_000, 'none'],
      [92_000, 'sleep'],
      [93_000, 'none'],
    ])
  })

  it('counts the minute between two timers of a hidden page', () => {
    expect(readings([61_000, 121_000])).toEqual([
      [61_000, 'late'],
      [121_000, 'late'],
    ])
  })

  it('does not go back with a clock that is set back', () => {
    expect(readings([5_000, 2_000, 3_000]).map(([now]) => now)).toEqual([5_000, 5_000, 6_000])
  })

  it('has the time since the epoch of the last reading', () => {
    let time = 0
    const clock = new AwakeClock(() => time)
    time = 1e9
    clock.now()
    expect(clock.time).toBe(1e9)
  })
})
