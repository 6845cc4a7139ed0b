import { describe, expect, it } from 'vitest'
import { type PageOptions, readPageOptions } from '../../src/settings/page-options.js'

describe('readPageOptions', () => {
  it.each([undefined, false])('returns false for %o: there are no pages', (pages) => {
    expect(readPageOptions(pages)).toBe(false)
  })

  it.each([
    [true, { watch: true, errors: true }],
    [{}, { watch: true, errors: true }],
    [{ watch: false }, { watch: false, errors: true }],
    [{ errors: false }, { watch: true, errors: false }],
  ])('reads %o as %o, frozen', (pages, settled) => {
    expect(readPageOptions(pages)).toEqual(settled)
    expect(Object.isFrozen(readPageOptions(pages))).toBe(true)
  })

  it('refuses an unknown page by its name', () => {
    expect(() => readPageOptions({ wach: true } as PageOptions)).toThrow(
      expect.objectContaining({
        code: 'BAD_SETTING',
        message: expect.stringMatching(/^pages\.wach: unknown option; did you mean pages\.watch\?/),
      }),
    )
  })
})
