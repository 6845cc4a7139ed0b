import { describe, expect, it } from 'vitest'
import {
  addVia,
  crossOriginFields,
  endToEnd,
  withoutIgnoredDates,
} from '../../src/http/forwarding.js'

describe('endToEnd', () => {
  it.each([
    { section: '7.6.1', name: 'connection' },
    { section: '7.6.1', name: 'keep-alive' },
    { section: '7.6.1', name: 'proxy-connection' },
    { section: '7.6.1', name: 'te' },
    { section: '7.6.1', name: 'transfer-encoding' },
    { section: '7.6.1', name: 'upgrade' },
    { section: '6.6.2', name: 'trailer' },
    { section: '11.7.1', name: 'proxy-authenticate' },
    { section: '11.7.2', name: 'proxy-authorization' },
    { section: '7.8', name: 'http2-settings' },
  ])('removes $name (RFC 9110 §$section)', ({ name }) => {
    expect(endToEnd({ [name]: 'x', etag: '"x"' })).toEqual({ etag: '"x"' })
  })

  it.each([
    { connection: 'X-One', kept: ['x-two', 'x-three'] },
    { connection: 'close, X-One , x-two', kept: ['x-three'] },
    { connection: ['x-one', 'x-two'], kept: ['x-three'] },
    { connection: undefined, kept: ['x-one', 'x-two', 'x-three'] },
  ])('removes the fields named by Connection: $connection (RFC 9110 §7.6.1)', (row) => {
    const fields = { 'x-one': '1', 'x-two': '2', 'x-three': '3', connection: row.connection }
    expect(Object.keys(endToEnd(fields))).toEqual(row.kept)
  })

  it.each([
    { what: 'pseudo-fields of HTTP/2 (RFC 9113 §8.3)', fields: { ':path': '/', ':method': 'GET' } },
    { what: 'absent fields', fields: { absent: undefined } },
    { what: 'the fields given by the caller', fields: { host: 'a' } },
  ])('removes $what', ({ fields }) => {
    expect(endToEnd(fields, ['host'])).toEqual({})
  })

  it('keeps every other field, and Set-Cookie as an array (RFC 9110 §5.3)', () => {
    const fields = { host: 'a', etag: '"x"', 'set-cookie': ['a', 'b'] }
    expect(endToEnd(fields)).toEqual(fields)
  })
})

it.each(['authorization', 'cookie', 'x-token', 'proxy-authorization', 'referer', 'origin'])(
  'crossOriginFields removes %s, which identifies a user or a session',
  (name) => {
    const fields = { [name]: 'secret', range: 'bytes=0-', via: '1.1 a' }
    expect(crossOriginFields(fields)).toEqual({ range: 'bytes=0-', via: '1.1 a' })
  },
)

describe('withoutIgnoredDates', () => {
  const dates = { 'if-unmodified-since': 'a', 'if-modified-since': 'b', 'if-range': 'c' }

  it.each([
    { section: '13.1.4', tags: { 'if-match': '"x"' }, removed: 'if-unmodified-since' },
    { section: '13.1.3', tags: { 'if-none-match': '"x"' }, removed: 'if-modified-since' },
  ])('removes $removed beside the entity tag (RFC 9110 §$section)', ({ tags, removed }) => {
    const { [removed as keyof typeof dates]: _removed, ...kept } = dates
    expect(withoutIgnoredDates({ ...dates, ...tags })).toEqual({ ...kept, ...tags })
  })

  it('keeps dates without entity tags', () => {
    expect(withoutIgnoredDates(dates)).toEqual(dates)
  })
})

it.each([
  { via: undefined, version: '1.1', name: 'lastbyte', want: '1.1 lastbyte' },
  { via: '', version: '1.1', name: 'lastbyte', want: '1.1 lastbyte' },
  { via: '1.0 a, 1.1 b', version: '2.0', name: 'c', want: '1.0 a, 1.1 b, 2.0 c' },
])('addVia appends $name to $via: $want (RFC 9110 §7.6.3)', ({ via, version, name, want }) => {
  expect(addVia(via, version, name)).toBe(want)
})
