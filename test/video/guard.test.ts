import { describe, expect, it } from 'vitest'
import { guard, isGuarded } from '../../src/video/guard.js'

describe('guard', () => {
  it('refuses an unknown option before it touches the element', () => {
    const element = {} as HTMLMediaElement
    expect(() => guard(element, { retriesFor: 1 } as never)).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING' }),
    )
    expect(isGuarded(element)).toBe(false)
  })
})
