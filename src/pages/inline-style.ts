import { createHash } from 'node:crypto'
import { PAGE_POLICY } from './page.js'

/** A stylesheet within a document, where no route serves the stylesheet of all pages, and the policy that permits it. */
export interface InlineStyle {
  readonly css: string
  /** The Content-Security-Policy of the document, which has no script. */
  readonly policy: string
}

/** @param css the text of the element `style`, without `</style` */
export function inlineStyle(css: string): InlineStyle {
  const hash = createHash('sha256').update(css).digest('base64')
  const policy = PAGE_POLICY.replace("script-src 'self'; ", '').replace(
    "style-src 'self'",
    `style-src 'sha256-${hash}'`,
  )
  return { css, policy }
}
