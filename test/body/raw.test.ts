import { expect, it } from 'vitest'
import { layoutRaw } from '../../src/body/raw.js'

it.each([
  { section: '9.3.1', what: 'a whole file', slice: { start: 0, end: 1000 }, length: 1000 },
  { section: '15.3.7.1', what: 'a part of a file', slice: { start: 5, end: 8 }, length: 3 },
  { section: '9.3.1', what: 'an empty file', slice: { start: 0, end: 0 }, length: 0 },
])('layoutRaw of $what is one slice of $length bytes (RFC 9110 §$section)', ({ slice, length }) => {
  const pieces = [{ kind: 'slice', slice }]
  expect(layoutRaw(slice, 'video/mp4')).toEqual({ contentType: 'video/mp4', length, pieces })
})
