import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ReceivedBar } from '../../../src/pages/scripts/received-bar.js'
import { ReceivedRanges } from '../../../src/pages/scripts/received-ranges.js'
import { asFake, type FakeElement, fakeDocument, fakeElement } from '../../fixture/fake-document.js'

beforeEach(fakeDocument)
afterEach(() => vi.unstubAllGlobals())

function drawn(ranges: ReceivedRanges) {
  const section = fakeElement<HTMLElement>('section', { hidden: true })
  new ReceivedBar(section).draw(ranges, { unit: 'bytes', whole: 1000 }, 0.25)
  const [, bar, legend, text] = asFake(section).children as FakeElement[]
  return { section, bar, legend, text }
}

describe('ReceivedBar', () => {
  it('shows the parts by attempt, the marks and the position, and tells them in words', () => {
    const ranges = new ReceivedRanges()
    ranges.add({ start: 0, end: 500, attempt: 1 })
    ranges.add({ start: 500, end: 600, attempt: 9 })
    ranges.mark({ kind: 'cut', position: 500 })
    const { section, bar, legend, text } = drawn(ranges)
    expect(section.hidden).toBe(false)
    const parts = bar?.all.map(({ className, style }) => [className, style.insetInlineStart])
    expect(parts).toEqual([
      ['lb-part lb-part-0', '0.000%'],
      ['lb-part lb-part-3', '50.000%'],
      ['lb-mark lb-mark-cut', '50.000%'],
      ['lb-head', '25.000%'],
    ])
    expect(bar?.all[1]?.style.inlineSize).toBe('10.000%')
    expect(bar?.all[1]?.title).toBe('500 bytes – 600 bytes, attempt 9')
    expect(legend?.text).toContain('attempt 4 and later')
    expect(legend?.text).toContain('cut')
    expect(text?.text).toBe('600 bytes of 1.0 kB have arrived, by 9 attempts. Cut at 500 bytes.')
  })

  it('is named and described for screen readers', () => {
    const { bar } = drawn(new ReceivedRanges())
    expect(bar?.attributes.get('role')).toBe('img')
    expect(bar?.attributes.get('aria-describedby')).toBe('received')
  })

  it('has no legend for one attempt', () => {
    const ranges = new ReceivedRanges()
    ranges.add({ start: 0, end: 500, attempt: 1 })
    expect(drawn(ranges).legend?.children).toEqual([])
  })
})
