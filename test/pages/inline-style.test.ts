import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { inlineStyle } from '../../src/pages/inline-style.js'

it('inlineStyle permits its own text by a hash, and no script', () => {
  const css = 'a{color:red}'
  const { policy } = inlineStyle(css)
  const hash = createHash('sha256').update(css).digest('base64')
  expect(policy).toContain(`style-src 'sha256-${hash}'`)
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toContain('script-src')
  expect(policy).not.toContain("style-src 'self'")
})
