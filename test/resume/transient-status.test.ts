import { describe, expect, it } from 'vitest'
import { isTransient } from '../../src/resume/transient-status.js'

const ALL = Array.from({ length: 500 }, (_none, index) => 100 + index)

describe('isTransient', () => {
  it.each([
    ['any cause', [408, 425, 429, 500, 502, 503, 504]],
    ['server failure', [500, 502, 503, 504]],
  ] as const)('for %s is true of no statuses but %j', (cause, transient) => {
    expect(ALL.filter((status) => isTransient(status, cause))).toEqual(transient)
  })
})
