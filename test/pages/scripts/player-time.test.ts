import { expect, it } from 'vitest'
import { formatTime, parseTime, startOfFragment } from '../../../src/pages/scripts/player-time.js'

it.each([
  [0, '0:00'],
  [9.9, '0:09'],
  [123, '2:03'],
  [3723, '1:02:03'],
  [Number.NaN, ''],
  [Number.POSITIVE_INFINITY, ''],
  [-1, ''],
])('formatTime of %f s is "%s"', (seconds, text) => {
  expect(formatTime(seconds)).toBe(text)
})

it.each([
  ['90', 90],
  ['90.5s', 90.5],
  ['1:30', 90],
  ['01:02:03,5', 3723.5],
  [' 5 ', 5],
  ['', undefined],
  ['x', undefined],
  ['1:2:3:4', undefined],
  ['-1', undefined],
])('parseTime of "%s" is %s', (text, seconds) => {
  expect(parseTime(text)).toBe(seconds)
})

it.each([
  ['#t=90', 90],
  ['#t=npt:1:30,2:00', 90],
  ['#a=b&t=10,20', 10],
  ['#t=', undefined],
  ['#t=,20', undefined],
  ['#chapter', undefined],
  ['', undefined],
])('startOfFragment of "%s" is %s', (hash, seconds) => {
  expect(startOfFragment(hash)).toBe(seconds)
})
