import { describe, expect, it } from 'vitest'
import { skipBytes } from '../../src/resume/skip-bytes.js'

/** A body in chunks, which records whether it was released. */
function bodyOf(...chunks: string[]) {
  const rest = chunks.map((chunk) => Buffer.from(chunk))
  const body = {
    released: false,
    async next() {
      const value = rest.shift()
      return value === undefined
        ? ({ done: true, value: undefined } as const)
        : { done: false, value }
    },
    async return() {
      body.released = true
      return { done: true, value: undefined } as const
    },
  }
  return body
}

describe('skipBytes', () => {
  it.each<[string[], number, number | undefined, string[]]>([
    [['abc', 'def', 'ghi'], 0, undefined, ['abc', 'def', 'ghi']],
    [['abc', 'def', 'ghi'], 4, undefined, ['', 'ef', 'ghi']],
    [['abc', 'def', 'ghi'], 3, 4, ['', 'def', 'g']],
    [['abc'], 1, 1, ['b']],
    [['abc'], 5, 2, ['']],
    [['abc'], 0, 0, []],
  ])(
    'of %j without the first %i bytes, and %s long, yields %j',
    async (chunks, skip, length, expected) => {
      const body = bodyOf(...chunks)
      const yielded: string[] = []
      for await (const chunk of skipBytes(body, skip, length))
        yielded.push(Buffer.from(chunk).toString())
      expect(yielded).toEqual(expected)
      expect(body.released).toBe(true)
    },
  )
})
