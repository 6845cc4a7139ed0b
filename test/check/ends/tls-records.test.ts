import { expect, it } from 'vitest'
import { TlsRecords } from '../../../src/check/ends/tls-records.js'

function record(type: number, length: number): Buffer {
  const header = Buffer.from([type, 3, 3, length >> 8, length & 0xff])
  return Buffer.concat([header, Buffer.alloc(length, 21)])
}

it.each([
  { last: 'an alert of TLS 1.2', bytes: [record(23, 600), record(21, 26)], expected: true },
  { last: 'an alert of TLS 1.3', bytes: [record(23, 600), record(23, 19)], expected: true },
  { last: 'data', bytes: [record(23, 19), record(23, 600)], expected: false },
  { last: 'a cut alert', bytes: [record(21, 26).subarray(0, 10)], expected: false },
  { last: 'nothing', bytes: [], expected: false },
])('tells whether a connection ends with an alert: $last', ({ bytes, expected }) => {
  const whole = Buffer.concat(bytes)
  for (const size of [1, 3, 7, 10_000]) {
    const records = new TlsRecords()
    for (let at = 0; at < whole.length; at += size) records.add(whole.subarray(at, at + size))
    expect(records.endsWithAlert).toBe(expected)
  }
})
