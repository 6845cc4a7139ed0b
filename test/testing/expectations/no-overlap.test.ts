import { expect, it } from 'vitest'
import { judgeNoOverlap } from '../../../src/testing/expectations/no-overlap.js'
import { requestEntry } from '../../fixture/request-entry.js'

const whole = (members: object) => requestEntry({ number: 1, etag: '"v"', ...members })
const part = (start: number, written: number, members: object = {}) =>
  requestEntry({
    number: 2,
    etag: '"v"',
    range: `bytes=${start}-`,
    status: 206,
    contentRange: `bytes ${start}-999/1000`,
    written,
    ...members,
  })
const cut = whole({ written: 500, ended: 'fin' })

it.each([
  ['a resume at the next byte', [cut, part(500, 500)], true],
  ['a resume one byte too early', [cut, part(499, 501)], false],
  ['a second whole body', [cut, whole({ number: 2, written: 1000 })], false],
  ['parts out of order', [part(500, 500), part(0, 500)], true],
  ['another version', [cut, whole({ number: 2, etag: '"w"', written: 1000 })], true],
  ['another path', [cut, whole({ number: 2, path: '/b', written: 1000 })], true],
  ['another query', [cut, whole({ number: 2, query: '?b', written: 1000 })], true],
  [
    'bytes that a reset may have lost',
    [whole({ written: 500, ended: 'reset' }), part(100, 900)],
    true,
  ],
  [
    'bytes that a client left unread',
    [whole({ written: 500, ended: 'left' }), part(0, 1000)],
    true,
  ],
  [
    'bytes that did arrive before it left',
    [whole({ written: 500, confirmed: 500, ended: 'left' }), part(400, 600)],
    false,
  ],
  ['HEAD', [cut, whole({ number: 2, method: 'HEAD', written: 0 })], true],
  ['an error status', [cut, whole({ number: 2, status: 503, written: 80 })], true],
  ['several parts', [cut, part(0, 700, { contentRange: null })], true],
  [
    'an overlap that is not of neighbours',
    [whole({ written: 900, ended: 'fin' }), part(100, 0), part(200, 10)],
    false,
  ],
])('judgeNoOverlap with %s', (_, entries, pass) => {
  expect(judgeNoOverlap(entries).pass).toBe(pass)
})

it('names both requests and the first byte', () => {
  expect(judgeNoOverlap([cut, part(400, 600)]).received).toBe('bytes from 400 on in #1 and in #2')
})
