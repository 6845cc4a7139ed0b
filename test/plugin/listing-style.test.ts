import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readListingStyle } from '../../src/plugin/listing-style.js'

describe('readListingStyle', () => {
  it('reads the style of listings where no route serves it', async () => {
    const style = await readListingStyle({ list: {}, pages: false })
    expect(style?.css).toBe(readFileSync('src/pages/built/listing.css', 'utf8'))
    expect(style?.css).not.toContain('</')
    expect(style?.policy).toMatch(/style-src 'sha256-/)
  })

  it.each([
    ['without listings', { list: undefined, pages: false }],
    ['with a route that serves it', { list: {}, pages: { watch: true, errors: true } }],
  ] as const)('reads nothing %s', async (_what, settings) => {
    expect(await readListingStyle(settings)).toBeUndefined()
  })
})
