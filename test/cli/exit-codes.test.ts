import { describe, expect, it } from 'vitest'
import { EXIT_CODES, exitCodeOf } from '../../src/cli/exit-codes.js'
import { type ErrorCode, LastbyteError } from '../../src/errors.js'

describe('exitCodeOf', () => {
  it.each<[ErrorCode, number]>([
    ['BAD_SETTING', 2],
    ['REFUSED', 3],
    ['REPRESENTATION_CHANGED', 4],
    ['NOT_RESUMABLE', 4],
    ['DIGEST_MISMATCH', 5],
    ['DISK_FAILED', 6],
    ['GAVE_UP', 7],
    ['UNREACHABLE', 7],
    ['SERVER_STALLED', 7],
    ['ANSWER_BROKEN', 7],
    ['IN_USE', 8],
    ['CANCELLED', 130],
    ['SOURCE_FAILED', 1],
  ])('%s is %i', (code, exitCode) => {
    expect(exitCodeOf(new LastbyteError(code, 'message'))).toBe(exitCode)
  })

  it.each([new TypeError('a bug'), undefined, { code: 'BAD_SETTING' }])(
    'an error that is not ours has none: %s',
    (error) => expect(exitCodeOf(error)).toBeUndefined(),
  )

  it('no two meanings share a code', () => {
    const codes = Object.values(EXIT_CODES)
    expect(new Set(codes).size).toBe(codes.length)
  })
})
