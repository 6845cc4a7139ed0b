import { expect, it } from 'vitest'
import { fieldsOfRest, quietCheck } from '../../../src/source/upstream/quiet-check.js'
import type { UpstreamRequest } from '../../../src/source/upstream/upstream-client.js'

it.each([
  [416, true],
  [206, false],
  [200, false],
  [412, false],
  [404, false],
])('quietCheck takes status %d to HEAD for %s', async (status, want) => {
  const sent: UpstreamRequest[] = []
  const upstream = {
    send: async (request: UpstreamRequest) => {
      sent.push(request)
      return { status, body: { next: async () => ({ done: true, value: undefined }) } } as never
    },
  }
  const destination = { url: new URL('http://localhost/f') } as never
  const fields = { cookie: 'a', 'if-range': '"0"', range: 'bytes=0-99' }
  const isQuiet = quietCheck(upstream, destination, fields, { field: () => '"T"' })
  expect(await isQuiet(10, new AbortController().signal)).toBe(want)
  expect(sent[0]).toMatchObject({
    method: 'HEAD',
    fields: { cookie: 'a', 'if-match': '"T"', range: 'bytes=10-' },
  })
  expect(sent[0]?.fields).not.toHaveProperty('if-range')
})

it('fieldsOfRest leaves out conditions and wishes', () => {
  const fields = {
    accept: '*/*',
    'accept-language': 'en',
    'if-match': '"a"',
    'want-repr-digest': 'x',
  }
  expect(fieldsOfRest(fields)).toEqual({ 'accept-language': 'en' })
})
