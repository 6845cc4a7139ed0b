import { element } from './element.js'
import { type Chapter, chapterAt, parseChapters } from './player-chapters.js'
import { button } from './player-choices.js'
import { formatTime } from './player-time.js'

/** Bytes of the largest file of chapters that is read. */
const MAX_BYTES = 1_000_000

/** The chapters of a file; none if it can't be read. */
export async function fetchChapters(url: string): Promise<Chapter[]> {
  try {
    const response = await fetch(url)
    const isSmall = Number(response.headers.get('content-length') ?? 0) <= MAX_BYTES
    return response.ok && isSmall ? parseChapters(await response.text()) : []
  } catch {
    return []
  }
}

/** Fills the section of chapters with a list, in which the one that is played is marked. */
export function listChapters(
  section: HTMLElement,
  chapters: readonly Chapter[],
  media: HTMLMediaElement,
): void {
  if (chapters.length === 0) return
  const entries = chapters.map(({ start, title }, index) => {
    const play = button(`chapter-${index}`, '', () => {
      media.currentTime = start
    })
    play.append(
      element('span', { className: 'lb-time', textContent: formatTime(start) }),
      element('bdi', { textContent: title }),
    )
    return { play, item: element('li', {}, play) }
  })
  const list = element('ol', {}, ...entries.map(({ item }) => item))
  section.append(element('h2', { textContent: 'Chapters' }), list)
  section.hidden = false
  const mark = () => {
    const current = chapterAt(chapters, media.currentTime)
    for (const [index, { play }] of entries.entries()) {
      if (index === current) play.setAttribute('aria-current', 'true')
      else play.removeAttribute('aria-current')
    }
  }
  for (const event of ['timeupdate', 'seeking']) media.addEventListener(event, mark)
  mark()
}
