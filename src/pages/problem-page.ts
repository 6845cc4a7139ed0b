import { escapeHtml, shownText } from './escape-html.js'
import { renderPage } from './page.js'
import { mayPass, problemText } from './problem-text.js'
import { countdownText, LONGEST_WAIT } from './retry-countdown.js'

/** An error as a person meets it. */
export interface ProblemPage {
  readonly status: number
  /** The reason phrase of the status. */
  readonly title: string
  /** What is wrong with this request, unescaped. */
  readonly detail: string | undefined
  /** The path of the request as received, percent-encoded. */
  readonly path: string
  /** ms after which the server wants the next request; undefined where it does not say. */
  readonly retryAfter: number | undefined
  /** The reference to the folder of all files, such as `../../`; empty for a page in that folder. */
  readonly files: string
  /** The reference to the folder above; undefined where that is the folder of all files, or there is none. */
  readonly above: string | undefined
}

/** Characters of a path that are shown. */
const MOST_CHARACTERS = 400

/** The HTML page for an error. */
export function problemPage(problem: ProblemPage): string {
  const { status, title, detail, path, files } = problem
  const { happened, advice } = problemText(status)
  const assets = `${files}-/assets/`
  const seconds = secondsUntilRetry(problem)
  const main = `<div class="lb-problem">
<p class="lb-status-code">${status} ${shownText(title)}</p>
<h1>${happened}</h1>
<p>${advice}</p>
${detail === undefined ? '' : `<p class="lb-detail">${shownText(detail)}</p>\n`}<p class="lb-address"><bdi dir="auto">${shownText(readablePath(path))}</bdi></p>
${seconds === undefined ? '' : `<p id="retry" class="lb-retry" role="timer" data-seconds="${seconds}">${countdownText(seconds * 1000)}</p>\n`}<p class="lb-actions">${links(problem)}</p>
</div>`
  if (seconds === undefined) return renderPage({ title: happened, assets, main })
  const head = `<noscript><meta http-equiv="refresh" content="${seconds}"></noscript>`
  return renderPage({ title: happened, assets, script: 'problem.js', head, main })
}

function secondsUntilRetry({ status, retryAfter }: ProblemPage): number | undefined {
  if (retryAfter === undefined || !mayPass(status) || retryAfter > LONGEST_WAIT) return undefined
  return Math.max(1, Math.ceil(retryAfter / 1000))
}

function links({ status, files, above }: ProblemPage): string {
  const found: [href: string, text: string][] = [
    ...(mayPass(status) ? [['', 'Try again'] as [string, string]] : []),
    ...(above === undefined ? [] : [[above, 'The folder above'] as [string, string]]),
    // A reference to the folder of the page itself: an empty one would be to the page.
    [files === '' ? './' : files, 'All files'],
  ]
  return found
    .map(
      ([href, text], nth) =>
        `<a${nth === 0 ? ' class="lb-button"' : ''} href="${escapeHtml(href)}">${text}</a>`,
    )
    .join('\n')
}

/** A path for people: decoded where it is UTF-8, and without the middle where it is long. */
function readablePath(path: string): string {
  const characters = [...decodedPath(path)]
  if (characters.length <= MOST_CHARACTERS) return characters.join('')
  const half = MOST_CHARACTERS / 2
  return `${characters.slice(0, half).join('')} … ${characters.slice(-half).join('')}`
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
