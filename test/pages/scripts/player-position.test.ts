import { describe, expect, it } from 'vitest'
import { Positions, type TextStore } from '../../../src/pages/scripts/player-position.js'

function memory(content: string | null = null): TextStore & { content: string | null } {
  return {
    content,
    getItem() {
      return this.content
    },
    setItem(_key, value) {
      this.content = value
    },
  }
}

const FILE = { path: '/-/watch/a.mp4', version: '"v1"' }

describe('Positions', () => {
  it('remembers the position of a file', () => {
    const store = memory()
    new Positions(store).set(FILE, 61.234, 600)
    expect(new Positions(store).of(FILE)).toBe(61.2)
    expect(new Positions(store).of({ ...FILE, path: '/-/watch/b.mp4' })).toBeUndefined()
  })

  it('knows no position of another version', () => {
    const positions = new Positions(memory())
    positions.set(FILE, 61, 600)
    expect(positions.of({ ...FILE, version: '"v2"' })).toBeUndefined()
  })

  it.each([
    [9, 600],
    [595, 600],
    [600, 600],
    [5, 8],
  ])('forgets it at %i s of %i', (seconds, duration) => {
    const positions = new Positions(memory())
    positions.set(FILE, 100, 600)
    positions.set(FILE, seconds, duration)
    expect(positions.of(FILE)).toBeUndefined()
  })

  it('remembers one of a stream without an end', () => {
    const positions = new Positions(memory())
    positions.set(FILE, 100, Number.POSITIVE_INFINITY)
    expect(positions.of(FILE)).toBe(100)
  })

  it('keeps the 200 files that were played last', () => {
    const positions = new Positions(memory())
    for (let index = 0; index < 201; index += 1) {
      positions.set({ path: String(index), version: '' }, 100, 600)
    }
    expect(positions.of({ path: '0', version: '' })).toBeUndefined()
    expect(positions.of({ path: '1', version: '' })).toBe(100)
    expect(positions.of({ path: '200', version: '' })).toBe(100)
  })

  it.each(['{', 'null', '{}', '[null, 1, {"path": 1}, {"path":"a","version":"b","seconds":"c"}]'])(
    'takes %s in the store as nothing',
    (content) => {
      const positions = new Positions(memory(content))
      expect(positions.of(FILE)).toBeUndefined()
      positions.set(FILE, 100, 600)
      expect(positions.of(FILE)).toBe(100)
    },
  )

  it('goes on without a store that the browser forbids', () => {
    const refuse = () => {
      throw new Error('denied')
    }
    const positions = new Positions({ getItem: refuse, setItem: refuse })
    positions.set(FILE, 100, 600)
    expect(positions.of(FILE)).toBeUndefined()
  })
})
