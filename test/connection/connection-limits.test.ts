import { describe, expect, it } from 'vitest'
import {
  CONNECTION_LIMIT_OPTIONS,
  CONNECTION_LIMITS,
} from '../../src/connection/connection-limits.js'
import { readOptions } from '../../src/validation/read-options.js'

describe('CONNECTION_LIMIT_OPTIONS', () => {
  it('accepts the defaults', () => {
    expect(readOptions(CONNECTION_LIMITS, CONNECTION_LIMIT_OPTIONS)).toEqual(CONNECTION_LIMITS)
  })

  it.each([
    { handshakeTimeout: 0 },
    { requestTimeout: -1 },
    { requestRate: 0.5 },
    { pipelineLimit: 0 },
    { streamLimit: 2 ** 31 },
  ])('refuses %o', (limits) => {
    const [name = ''] = Object.keys(limits)
    expect(() => readOptions(limits, CONNECTION_LIMIT_OPTIONS)).toThrow(name)
  })
})
