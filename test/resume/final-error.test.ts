import { describe, expect, it } from 'vitest'
import { type ErrorCode, LastbyteError } from '../../src/errors.js'
import { isFinal } from '../../src/resume/final-error.js'

describe('isFinal', () => {
  it.each<[ErrorCode, { opening: boolean; resuming: boolean }]>([
    ['BAD_SETTING', { opening: true, resuming: true }],
    ['REFUSED', { opening: true, resuming: true }],
    ['CANCELLED', { opening: true, resuming: true }],
    ['REPRESENTATION_CHANGED', { opening: false, resuming: true }],
    ['NOT_RESUMABLE', { opening: false, resuming: true }],
    ['DIGEST_MISMATCH', { opening: false, resuming: true }],
    ['SOURCE_FAILED', { opening: false, resuming: false }],
    ['SOURCE_SHORT', { opening: false, resuming: false }],
    ['SOURCE_TIMEOUT', { opening: false, resuming: false }],
    ['SOURCE_BUSY', { opening: false, resuming: false }],
    ['UNREACHABLE', { opening: false, resuming: false }],
    ['ANSWER_BROKEN', { opening: false, resuming: false }],
    ['SERVER_STALLED', { opening: false, resuming: false }],
  ])('of %s is %j', (code, expected) => {
    const error = new LastbyteError(code, 'failed')
    const opening = isFinal(error, 'opening')
    expect({ opening, resuming: isFinal(error, 'resuming') }).toEqual(expected)
  })
})
