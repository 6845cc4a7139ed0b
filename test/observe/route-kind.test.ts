import { expect, it } from 'vitest'
import { routeKindOf } from '../../src/observe/route-kind.js'

it.each([
  ['/-/metrics', 'admin'],
  ['/films/-/transfers', 'admin'],
  ['/-/transfers/:id', 'admin'],
  ['/-/faults/journal', 'admin'],
  ['/-/watch/*', 'page'],
  ['/films/-/assets/player.js', 'page'],
  ['/*', 'other'],
  ['/a-/b', 'other'],
  [undefined, 'other'],
])('routeKindOf(%j) is %s', (url, kind) => {
  expect(routeKindOf(url)).toBe(kind)
})
