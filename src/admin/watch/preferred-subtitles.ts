import type { IncomingMessage } from 'node:http'
import Negotiator from 'negotiator'
import type { Subtitle } from '../../companions/subtitle-names.js'

/**
 * The subtitles in the order of the languages that the browser prefers by Accept-Language (RFC 9110 §12.5.4), and then
 * those in other languages in the order of their names.
 */
export function preferredFirst(
  subtitles: readonly Subtitle[],
  request: Pick<IncomingMessage, 'headers'>,
): Subtitle[] {
  const known = [...new Set(subtitles.flatMap(({ language }) => language ?? []))]
  const header = request.headers['accept-language']
  // Without the field, every language is as good as another (RFC 9110 §12.5.4).
  const preferred = header === undefined ? [] : new Negotiator(request).languages(known)
  const rank = ({ language }: Subtitle) => {
    const place = language === undefined ? -1 : preferred.indexOf(language)
    return place < 0 ? preferred.length : place
  }
  return [...subtitles].sort((a, b) => rank(a) - rank(b))
}
