import { expect, it } from 'vitest'
import { liveFields } from '../../src/response/live-fields.js'

it('liveFields has no length and no date, and asks intermediaries to pass the bytes on as they come', () => {
  const description = {
    etag: '"chain"',
    'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
    'cache-control': 'public, max-age=60',
    'content-length': '5',
  }
  expect(liveFields(description, 'bytes 0-9/*', 'video/mp2t')).toEqual({
    etag: '"chain"',
    'cache-control': 'no-store, no-transform',
    'content-range': 'bytes 0-9/*',
    'content-type': 'video/mp2t',
    incremental: '?1',
    'x-accel-buffering': 'no',
  })
  expect(liveFields({}, 'bytes 0-9/*', undefined)).not.toHaveProperty('content-type')
})
