import { describe, expect, it } from 'vitest'
import { DateHistory, type DateHistoryOptions } from '../../../src/source/file/date-history.js'

const START = 1_700_000_000_400
/** The first second of which the process has seen all. */
const SECOND = 1_700_000_001

/** A version that was written at a fraction of a second, in ms, and whose mtime was then set back by some s. */
function version(second: number, ms: number, setBack = 0) {
  const ctimeNs = BigInt(second * 1_000 + ms) * 1_000_000n
  return {
    dev: 1n,
    ino: 2n,
    size: 3n,
    ctimeNs,
    mtimeNs: ctimeNs - BigInt(setBack) * 1_000_000_000n,
  }
}

function history(now: number, options: DateHistoryOptions = {}) {
  return new DateHistory({ authority: 'sole', startedAt: START, now: () => now, ...options })
}

describe('DateHistory.strengthOf', () => {
  it.each([
    ['strong for the one version of a second', SECOND, {}, undefined],
    ['weak for the second in which the process began', SECOND - 1, {}, 'weak'],
    ['weak for a time before the process began', 1_000, {}, 'weak'],
    ['weak for a time before 1970', -1, {}, 'weak'],
    ['weak where other processes send dates too', SECOND, { authority: 'one of several' }, 'weak'],
  ] as const)('is %s', (_case, second, options, strength) => {
    const dates = history(SECOND * 1_000, options)
    expect(dates.strengthOf('f', version(second, 5))).toBe(strength)
    expect(dates.strengthOf('f', version(second, 5))).toBe(strength)
  })

  it('is shared for the second and third version of a second, and strong for one of the next', () => {
    const dates = history(SECOND * 1_000)
    expect(dates.strengthOf('f', version(SECOND, 100))).toBeUndefined()
    expect(dates.strengthOf('f', version(SECOND, 500))).toBe('shared')
    expect(dates.strengthOf('f', version(SECOND, 500))).toBe('shared')
    expect(dates.strengthOf('g', version(SECOND, 600))).toBeUndefined()
    expect(dates.strengthOf('f', version(SECOND, 900))).toBe('shared')
    expect(dates.strengthOf('f', version(SECOND + 1, 0))).toBeUndefined()
  })

  it('is weak for an mtime that a program has set, and shared where another version has it', () => {
    const dates = history(SECOND * 1_000)
    expect(dates.strengthOf('f', version(SECOND + 1, 0, 1))).toBe('weak')
    expect(dates.strengthOf('f', version(SECOND + 9, 0, 9))).toBe('shared')
  })

  it('is weak up to the second of a version that is no longer remembered, if its date was sent in that second', () => {
    const early = history(SECOND * 1_000, { most: 1 })
    early.strengthOf('f', version(SECOND, 100))
    early.strengthOf('g', version(SECOND, 100))
    expect(early.strengthOf('f', version(SECOND, 500))).toBe('weak')
    const late = history((SECOND + 1) * 1_000, { most: 1 })
    late.strengthOf('f', version(SECOND, 100))
    late.strengthOf('g', version(SECOND, 100))
    expect(late.strengthOf('f', version(SECOND, 100))).toBeUndefined()
  })
})
