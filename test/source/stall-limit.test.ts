import { expect, it } from 'vitest'
import { sourceStallLimit } from '../../src/source/stall-limit.js'

it('the limit of a source that stalls is SOURCE_TIMEOUT with the error type of RFC 9209', () => {
  const { ms, error } = sourceStallLimit(500)
  expect(ms).toBe(500)
  expect(error()).toMatchObject({
    code: 'SOURCE_TIMEOUT',
    message: 'Cannot continue reading: the source sent nothing for 500 ms',
    facts: { stall: 500, proxyError: 'connection_read_timeout' },
  })
})
