import { LRUCache } from 'lru-cache'
import MarkdownIt from 'markdown-it'
import { escapeHtml } from './escape-html.js'
import type { ListingPlace } from './listing-place.js'

/** Schemes that a link may have. All others are written as text, `javascript:` and `data:` among them. */
const SCHEMES = /^(?:(?:https?|mailto):|\/\/)/i

/** Whether a URL names a file of this site: a path, without a scheme and a host. */
function isLocal(url: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:|^[/\\]{2}/i.test(url)
}

/**
 * Renders the text of a folder, in CommonMark with tables, as HTML. HTML in it is shown as text. Its headings are below
 * that of the page. Pictures of other sites are links: a page loads nothing from there.
 */
export function renderReadme(text: string, { base }: Pick<ListingPlace, 'base'>): string {
  const key = `${base}\n${text}`
  const known = RENDERED.get(key)
  if (known !== undefined) return known
  const html = renderMarkdown(text, base)
  RENDERED.set(key, html)
  return html
}

/** What was rendered: a long text takes hundreds of ms, and a malformed one seconds, in which nothing else is served. */
const RENDERED = new LRUCache<string, string>({
  maxSize: 8 * 1024 * 1024,
  sizeCalculation: (html, key) => html.length + key.length,
})

function renderMarkdown(text: string, base: string): string {
  const markdown = new MarkdownIt({ html: false, linkify: false })
  markdown.validateLink = (url) => SCHEMES.test(url) || isLocal(url)
  const { rules } = markdown.renderer
  const located = (url: string) => (isLocal(url) && !/^[/?#]/.test(url) ? base + url : url)
  rules.heading_open = (tokens, index) => `<${lowered(tokens[index]?.tag)}>`
  rules.heading_close = (tokens, index) => `</${lowered(tokens[index]?.tag)}>\n`
  rules.link_open = (tokens, index) => {
    return linkStart(located(String(tokens[index]?.attrGet('href') ?? '')))
  }
  rules.image = (tokens, index, options, env) => {
    const token = tokens[index]
    const source = String(token?.attrGet('src') ?? '')
    const alt = escapeHtml(
      markdown.renderer.renderInlineAsText(token?.children ?? [], options, env),
    )
    if (!isLocal(source)) return `${linkStart(source)}${alt || escapeHtml(source)}</a>`
    return `<img src="${escapeHtml(located(source))}" alt="${alt}" loading="lazy">`
  }
  // Code and tables that are wider than the page are scrolled by themselves, with keys as well.
  rules.fence = (tokens, index) => codeBlock(tokens[index]?.content)
  rules.code_block = rules.fence
  rules.table_open = () => '<div class="lb-scroll" tabindex="0"><table>\n'
  rules.table_close = () => '</table></div>\n'
  rules.th_open = (tokens, index) => cellStart('th', tokens[index]?.attrGet('style'))
  rules.td_open = (tokens, index) => cellStart('td', tokens[index]?.attrGet('style'))
  return markdown.render(text)
}

/** The policy of the page allows no style attribute, in which the alignment of a column is. */
function cellStart(tag: 'th' | 'td', style: unknown): string {
  const [, side] = /^text-align:(center|right)$/.exec(String(style)) ?? []
  return side === undefined ? `<${tag}>` : `<${tag} class="lb-${side}">`
}

/** A link to another site passes on no authority and no address. */
function linkStart(url: string): string {
  const rel = isLocal(url) ? '' : ' rel="nofollow noopener noreferrer"'
  return `<a href="${escapeHtml(url)}"${rel}>`
}

function codeBlock(text = ''): string {
  return `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>\n`
}

/** The heading of a section, one level lower: the page has the only `h1`. */
function lowered(tag = 'h2'): string {
  return `h${Math.min(6, Number(tag.slice(1)) + 1)}`
}
