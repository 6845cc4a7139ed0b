import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonLine } from '../../src/observe/json-line.js'
import { observedResponse } from '../fixture/observed-response.js'

it('jsonLine has what is known of a response', () => {
  const headers = { host: 'h', range: 'bytes=0-4', 'user-agent': 'curl' }
  expect(JSON.parse(jsonLine(observedResponse({ headers, outcome: 'stalled' }), 2))).toEqual({
    time: '2026-11-27T03:04:05.678Z',
    address: '192.0.2.1',
    method: 'GET',
    target: '/f',
    protocol: 'HTTP/1.1',
    host: 'h',
    range: 'bytes=0-4',
    userAgent: 'curl',
    status: 200,
    bytes: 5,
    ms: 12,
    outcome: 'stalled',
    route: 'file',
    worker: 2,
  })
})

it('jsonLine is one line of ASCII of at most 4096 bytes, whatever a client sends', () => {
  const text = fc
    .tuple(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom(1, 30, 2_000))
    .map(([part, times]) => part.repeat(times))
  fc.assert(
    fc.property(text, text, text, text, (url, referer, agent, range) => {
      const headers = { referer, 'user-agent': agent, range, host: agent }
      const line = jsonLine(observedResponse({ url, headers }), 999)
      expect(line).toMatch(/^[ -~]+\n$/)
      expect(line.length).toBeLessThanOrEqual(4096)
      expect(JSON.parse(line)).toMatchObject({ status: 200 })
    }),
  )
})
