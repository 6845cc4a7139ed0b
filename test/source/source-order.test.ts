import { describe, expect, it } from 'vitest'
import type { ByteSource } from '../../src/source/byte-source.js'
import { SourceOrder } from '../../src/source/source-order.js'

const [a, b, c] = [{}, {}, {}] as [ByteSource, ByteSource, ByteSource]

const indices = (order: SourceOrder) => order.inOrder().map((source) => [a, b, c].indexOf(source))

describe('SourceOrder', () => {
  it('keeps the order in which sources were passed, while none has failed', () => {
    expect(indices(new SourceOrder([a, b, c], 100))).toEqual([0, 1, 2])
  })

  it('tries sources that have failed last for restFor ms, in the order of the others', () => {
    const clock = { ms: 0 }
    const order = new SourceOrder([a, b, c], 100, () => clock.ms)
    order.failed(b)
    clock.ms = 50
    order.failed(a)
    expect(indices(order)).toEqual([2, 0, 1])
    clock.ms = 100
    expect(indices(order)).toEqual([1, 2, 0])
    clock.ms = 150
    expect(indices(order)).toEqual([0, 1, 2])
  })
})
