import fc from 'fast-check'
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

function history(options: DateHistoryOptions = {}) {
  return new DateHistory({ authority: 'sole', startedAt: START, ...options })
}

describe('DateHistory.strengthOf', () => {
  it.each([
    ['strong for the one version of a second', SECOND, {}, undefined],
    ['weak for the second in which the process began', SECOND - 1, {}, 'weak'],
    ['weak for a time before the process began', 1_000, {}, 'weak'],
    ['weak for a time before 1970', -1, {}, 'weak'],
    ['weak where other processes send dates too', SECOND, { authority: 'one of several' }, 'weak'],
  ] as const)('is %s', (_case, second, options, strength) => {
    const dates = history(options)
    expect(dates.strengthOf('f', version(second, 5))).toBe(strength)
    expect(dates.strengthOf('f', version(second, 5))).toBe(strength)
  })

  it('is shared for the second and third version of a second, and strong for one of the next', () => {
    const dates = history()
    expect(dates.strengthOf('f', version(SECOND, 100))).toBeUndefined()
    expect(dates.strengthOf('f', version(SECOND, 500))).toBe('shared')
    expect(dates.strengthOf('f', version(SECOND, 500))).toBe('shared')
    expect(dates.strengthOf('g', version(SECOND, 600))).toBeUndefined()
    expect(dates.strengthOf('f', version(SECOND, 900))).toBe('shared')
    expect(dates.strengthOf('f', version(SECOND + 1, 0))).toBeUndefined()
  })

  it('is weak for an mtime that a program has set, and shared where another version has it', () => {
    const dates = history()
    expect(dates.strengthOf('f', version(SECOND + 1, 0, 1))).toBe('weak')
    expect(dates.strengthOf('f', version(SECOND + 9, 0, 9))).toBe('shared')
  })

  it.each([
    ['of the second before the last one', [0, 1, 0]],
    ['of a second between two others', [0, 2, 1]],
    ['of the second of the first of four versions', [0, 1, 2, 0]],
    ['of a second that was returned to twice', [0, 1, 0, 0]],
    ['after one of an earlier second', [0, 2, 0, 1]],
    ['after one with an mtime in the future', [100, 3]],
  ])(
    'is shared for a version %s, the date of which an earlier one may have had',
    (_case, seconds) => {
      const dates = history()
      const strengths = seconds.map((second, ms) =>
        dates.strengthOf('f', version(SECOND + second, ms)),
      )
      expect(strengths.at(-1)).toBe('shared')
      expect(dates.strengthOf('f', version(SECOND + 101, 0))).toBeUndefined()
    },
  )

  it('is never strong for two versions of one second, whatever was seen between them', () => {
    const sightings = fc.array(fc.record({ id: fc.constantFrom('f', 'g', 'h'), second: fc.nat(3) }))
    fc.assert(
      fc.property(sightings, fc.integer({ min: 1, max: 3 }), (seen, most) => {
        const dates = history({ most })
        const strong = seen.flatMap(({ id, second }, ms) => {
          const strength = dates.strengthOf(id, version(SECOND + second, ms))
          return strength === undefined ? [`${id} ${second}`] : []
        })
        expect(new Set(strong).size).toBe(strong.length)
      }),
    )
  })

  it('is weak up to the greatest second of a path that is no longer remembered', () => {
    const dates = history({ most: 1 })
    dates.strengthOf('f', version(SECOND, 100))
    dates.strengthOf('f', version(SECOND + 2, 100))
    dates.strengthOf('f', version(SECOND + 1, 100))
    dates.strengthOf('g', version(SECOND, 100))
    expect(dates.strengthOf('f', version(SECOND, 500))).toBe('weak')
    expect(dates.strengthOf('f', version(SECOND + 2, 500))).toBe('weak')
    expect(dates.strengthOf('g', version(SECOND + 2, 500))).toBe('weak')
    expect(dates.strengthOf('g', version(SECOND + 3, 500))).toBeUndefined()
  })
})
