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

  it.each([
    [{ token: 'secret' }, { token: 'secret', access: 'token' }],
    [{ access: 'local' }, { token: '', access: 'local' }],
  ] as const)('reads %o as who may see the transfers: %o', (transfers, settled) => {
    expect(readPageOptions({ transfers })).toMatchObject({ transfers: settled })
  })

  it.each([
    [{}, 'pages.transfers: expected a "token", or else "access": "local"'],
    [{ access: 'token' }, 'pages.transfers: expected a "token"'],
    [{ token: '' }, 'pages.transfers.token: expected a text of ASCII characters'],
    [{ token: 'two words' }, 'pages.transfers.token: expected'],
    [{ access: 'all' }, 'pages.transfers.access: expected "token" or "local"'],
    [true, 'pages.transfers: expected'],
  ])('refuses %o, which would let nobody or everybody see the transfers', (transfers, message) => {
    const pages = { transfers } as PageOptions
    expect(() => readPageOptions(pages)).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }))
    expect(() => readPageOptions(pages)).toThrow(message)
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
