import { inlineStyle } from '../pages/inline-style.js'
import { PAGE_FIELDS, renderPage } from '../pages/page.js'
import type { PageRouter } from './page-router.js'

const { css, policy } = inlineStyle(
  ':root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}',
)
const PAGE = renderPage({
  title: 'lastbyte',
  assets: '',
  style: css,
  main: '<h1>lastbyte</h1>\n<p>Pages of this server have URLs in this folder.</p>\n<p><a href="../">Files</a></p>',
})

/**
 * Adds the folder of a registration's own URLs itself. Links of a listing lead into it: lftp takes it for one of the
 * listed folders, and its copy of the site fails where that is absent, or has references to absent folders.
 *
 * @param own the path of the registration's own URLs, with a slash at its end
 */
export function addOwnFolder(router: PageRouter, own: string): void {
  router.get(own, (_request, reply) => {
    return reply.headers({ ...PAGE_FIELDS, 'content-security-policy': policy }).send(PAGE)
  })
}
