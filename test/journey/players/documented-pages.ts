import { fencedBlocks } from '../../fixture/markdown.js'

/** A page of docs/video.md, in its two parts. */
export interface DocumentedPage {
  readonly markup: string
  /** An ES module that imports packages by name. */
  readonly script: string
}

/** The page whose script imports a package, with another URL for the film that it names. */
export function documentedPage(packageName: string, film: string): DocumentedPage {
  const pages = fencedBlocks('docs/video.md')
    .filter(({ info: [language] }) => language === 'html')
    .filter(({ text }) => text.includes(` from '${packageName}'`))
  const [page] = pages
  if (page === undefined || pages.length > 1)
    throw new Error(`docs/video.md: expected one page that imports ${packageName}`)
  const [, markup = '', script = ''] =
    /^(.*?)<script type="module">(.*)<\/script>\n$/s.exec(page.text) ?? []
  return { markup, script: replaceOnce(script, /'\/films\/voyage\/index\.[a-z\d]+'/, film) }
}

/** A page as the player's own documentation begins, without the guard: the control. */
export function nakedPage(packageName: string, film: string): DocumentedPage {
  const { markup, script } = documentedPage(packageName, film)
  const stub = 'const guard = () => {}'
  return { markup, script: script.replace(/import \{ guard \} from 'lastbyte\/video'/, stub) }
}

function replaceOnce(script: string, film: RegExp, url: string): string {
  if (!film.test(script)) throw new Error(`expected ${film} in ${script}`)
  return script.replace(film, JSON.stringify(url))
}
