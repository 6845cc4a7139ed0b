import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { chunksWithDeadline } from '../../src/async/chunks-with-deadline.js'

const LIMIT = { ms: 20, error: () => new Error('too late') }

describe('chunksWithDeadline', () => {
  it('yields the same chunks and leaves no listener behind', async () => {
    async function* source() {
      yield* [1, 2, 3]
    }
    const { signal } = new AbortController()
    const chunks: number[] = []
    for await (const chunk of chunksWithDeadline(source(), signal, LIMIT)) chunks.push(chunk)
    expect(chunks).toEqual([1, 2, 3])
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it.each([
    ['the limit is over', 'too late'],
    ['the signal is aborted', 'aborted'],
  ])('ends the source and throws when %s, though the source hangs', async (_when, message) => {
    let returned = 0
    const hanging: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => {
          returned += 1
          return new Promise(() => {})
        },
      }),
    }
    const controller = new AbortController()
    const reading = chunksWithDeadline(hanging, controller.signal, LIMIT).next()
    if (message === 'aborted') controller.abort(new Error('aborted'))
    await expect(reading).rejects.toThrow(message)
    expect(returned).toBe(1)
  })

  it('ends the source when the consumer stops early', async () => {
    let ended = false
    async function* source() {
      try {
        for (;;) yield 1
      } finally {
        ended = true
      }
    }
    for await (const _chunk of chunksWithDeadline(source(), new AbortController().signal, LIMIT))
      break
    expect(ended).toBe(true)
  })
})
