import { expect, it } from 'vitest'
import { withoutLength } from '../../src/fault/without-length.js'

it('the length is left out where events are added, and stays for other bodies', () => {
  const announcement = { length: 5, framing: 'length', contentRange: undefined } as const
  expect(withoutLength(announcement, { frames: undefined })).toBe(announcement)
  expect(withoutLength(announcement, { frames: 'lines' })).toEqual({
    length: undefined,
    framing: 'unknown',
    contentRange: undefined,
  })
})
