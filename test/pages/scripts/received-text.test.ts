import { describe, expect, it } from 'vitest'
import { ReceivedRanges } from '../../../src/pages/scripts/received-ranges.js'
import { amount, receivedText } from '../../../src/pages/scripts/received-text.js'

describe('receivedText', () => {
  it('tells what has arrived, by how many attempts, and the last events', () => {
    const ranges = new ReceivedRanges()
    const scale = { unit: 'bytes', whole: 10_000_000 } as const
    expect(receivedText(ranges, { ...scale, whole: 0 })).toBe('Nothing has arrived yet.')
    ranges.add({ start: 0, end: 3_100_000, attempt: 1 })
    expect(receivedText(ranges, scale)).toBe('3.1 MB of 10 MB have arrived.')
    ranges.mark({ kind: 'cut', position: 3_100_000 })
    ranges.mark({ kind: 'healed', position: 3_100_000 })
    ranges.add({ start: 3_100_000, end: 4_200_000, attempt: 2 })
    expect(receivedText(ranges, scale)).toBe(
      '4.2 MB of 10 MB have arrived, by 2 attempts. Cut at 3.1 MB, went on at 3.1 MB.',
    )
  })
})

it.each([
  [0, 'bytes', '0 bytes'],
  [999, 'bytes', '999 bytes'],
  [1000, 'bytes', '1.0 kB'],
  [12_345, 'bytes', '12 kB'],
  [999_999, 'bytes', '1.0 MB'],
  [5e15, 'bytes', '5.0 PB'],
  [75.4, 'seconds', '75 s'],
] as const)('amount of %d %s is %s', (value, unit, text) => {
  expect(amount(value, { unit })).toBe(text)
})
