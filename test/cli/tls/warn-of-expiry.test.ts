import { expect, it, vi } from 'vitest'
import { warnOfExpiry } from '../../../src/cli/tls/warn-of-expiry.js'

const NOW = Date.UTC(2030, 0, 1)
const DAY = 86_400_000

it.each([
  [15 * DAY, undefined],
  [13 * DAY, 'the certificate expires soon'],
  [0, 'the certificate has expired'],
  [-DAY, 'the certificate has expired'],
])('%d ms before the end of validity the log says %s', (left, message) => {
  const warn = vi.fn()
  warnOfExpiry(NOW + left, { warn }, NOW)
  const expires = new Date(NOW + left).toISOString()
  expect(warn.mock.calls).toEqual(message === undefined ? [] : [[{ expires }, message]])
})
