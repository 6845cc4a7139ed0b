import { expect, it } from 'vitest'
import { readZipOptions } from '../../src/settings/zip-options.js'

it('Archives are off by default', () => {
  expect([readZipOptions(undefined), readZipOptions(false)]).toEqual([undefined, undefined])
})

it('Archives have up to 100,000 files, and any number of bytes', () => {
  expect(readZipOptions(true)).toEqual({ maxFiles: 100_000, maxBytes: Number.MAX_SAFE_INTEGER })
  expect(readZipOptions({ maxFiles: 5 })?.maxFiles).toBe(5)
})

it.each([
  { maxFiles: 0 },
  { maxFiles: 1.5 },
  { maxBytes: 0 },
  { maxBytes: Number.NaN },
  { files: 5 },
])('The limits %j are refused', (zip) => {
  expect(() => readZipOptions(zip)).toThrow(/^zip\./)
})
