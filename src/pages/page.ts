import { escapeHtml, shownText } from './escape-html.js'

/** An HTML document with the stylesheet that all pages share. */
export interface Page {
  /** Unescaped. */
  readonly title: string
  /**
   * The URL of the folder of the stylesheet and the scripts, with a slash at its end, relative to the URL of the
   * page: a proxy may serve the site below a path that this server does not know.
   */
  readonly assets: string
  /** The name of the script, such as `player.js`. Default: none. */
  readonly script?: string
  /** A stylesheet within the document, in place of the one that all pages load; without `</style`. */
  readonly style?: string
  /** HTML of further elements of the head. Default: none. */
  readonly head?: string
  /** HTML. */
  readonly main: string
}

/**
 * The Content-Security-Policy of every page: nothing of another site, and no script or style in the page itself.
 * `data:` and `blob:` are for pictures and media that a script has made.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ')

/** The header fields of every page. */
export const PAGE_FIELDS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': PAGE_POLICY,
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
} as const

/** Renders a document. */
export function renderPage({ title, assets, script, style, head, main }: Page): string {
  const module =
    script === undefined
      ? ''
      : `<script type="module" src="${escapeHtml(assets + script)}"></script>\n`
  // An icon of no bytes spares a request for /favicon.ico.
  const look =
    style === undefined
      ? `<link rel="stylesheet" href="${escapeHtml(assets)}lastbyte.css">\n<link rel="icon" href="data:,">`
      : `<style>${style}</style>`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${shownText(title)}</title>
${look}
${head === undefined ? '' : `${head}\n`}${module}<main>
${main}
</main>
</html>
`
}

/**
 * The reference from a URL path to the folder of a registration's files, such as `../../`; empty for a page in that
 * folder itself.
 *
 * @param path the path of the page's URL below that folder, as requested: `a/b/` or `-/watch/a.mp4`
 */
export function upTo(path: string): string {
  return '../'.repeat(path.split('/').length - 1)
}
