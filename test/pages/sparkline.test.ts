import { describe, expect, it } from 'vitest'
import { sparkline } from '../../src/pages/sparkline.js'

const SIZE = { width: 100, height: 10 }

describe('sparkline', () => {
  it('ends at the right edge, has the highest rate at the top and 0 at the bottom', () => {
    expect(sparkline([0, 50, 100], { least: 3, most: 9 }, SIZE)).toBe('M0 10L50 5L100 0')
  })

  it('leaves room at the left for rates that are not known yet', () => {
    expect(sparkline([1, 1], { least: 5, most: 9 }, SIZE)).toBe('M75 0L100 0')
  })

  it('shows the newest of more rates than fit', () => {
    expect(sparkline([9, 9, 0, 0], { least: 2, most: 2 }, SIZE)).toBe('M0 10L100 10')
  })

  it.each([[[]], [[5]]])('draws nothing of the rates %j', (rates) => {
    expect(sparkline(rates, { least: 2, most: 9 }, SIZE)).toBe('')
  })
})
