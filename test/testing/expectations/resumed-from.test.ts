import { expect, it } from 'vitest'
import { judgeResumedFrom } from '../../../src/testing/expectations/resumed-from.js'
import { requestEntry } from '../../fixture/request-entry.js'

const from = (start: number, status = 206) =>
  requestEntry({
    range: `bytes=${start}-`,
    status,
    contentRange: status === 206 ? `bytes ${start}-999/1000` : null,
  })

it.each([
  ['a 206 from the byte', [from(0, 200), from(500)], 500, true, /from byte 500/],
  ['no request', [], 500, false, /^no such request/],
  ['a request without a range', [requestEntry({})], 500, false, /^no such request/],
  ['requests from other bytes', [from(400), from(600)], 500, false, /from byte 400 and 600/],
  ['a server that ignored the range', [from(500, 200)], 500, false, /status 200 instead of 206/],
  ['a retry that was refused, and one that was not', [from(500, 503), from(500)], 500, true, /./],
])('judgeResumedFrom with %s', (_, entries, bytes, pass, received) => {
  const verdict = judgeResumedFrom(entries, bytes)
  expect(verdict.pass).toBe(pass)
  expect(verdict.received).toMatch(received)
})

it('counts only the path of the options', () => {
  expect(judgeResumedFrom([from(500)], 500, { path: '/a' }).pass).toBe(true)
  expect(judgeResumedFrom([from(500)], 500, { path: '/b' })).toMatchObject({
    pass: false,
    expected: 'a request that continues from byte 500 of /b',
  })
})

it.each([
  [0, undefined, /^bytes: expected a whole number of bytes, 1 or more/],
  ['5', undefined, /^bytes: /],
  [5, { pth: '/a' }, /pth/],
])('refuses %j with the options %j', (bytes, options, message) => {
  expect(() => judgeResumedFrom([], bytes as number, options as object)).toThrow(message)
})
