import { expect, it } from 'vitest'
import { isOfHost } from '../../src/plugin/host-constraint.js'

it.each([
  [{ host: 'a' }, undefined, true],
  [{ host: 'a' }, 'a', true],
  [{ host: 'b' }, 'a', false],
  [{ ':authority': 'a' }, 'a', true],
  [{ host: 'x.a' }, /\.a$/g, true],
  [{ host: 'b' }, /\.a$/, false],
  [{}, 'a', false],
])('isOfHost of %j and %s is %s', (headers, host, want) => {
  expect(isOfHost({ headers }, host)).toBe(want)
})
