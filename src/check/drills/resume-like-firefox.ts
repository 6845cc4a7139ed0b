import { fieldOf } from '../subject/exchange.js'
import { hasWeakTag } from '../subject/strong-validator.js'
import { resumeDrill } from './resume-drill.js'

const FIELDS = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-language': 'en-US,en;q=0.5',
  'accept-encoding': 'gzip, deflate',
}

export const resumeLikeFirefox = resumeDrill(
  'resume-like-firefox',
  {
    client: 'Firefox',
    first: () => FIELDS,
    resume({ offset, first }) {
      const acceptRanges = fieldOf(first, 'accept-ranges')
      if (acceptRanges !== undefined && !/\bbytes\b/i.test(acceptRanges)) {
        return `Firefox starts over: the server sends Accept-Ranges: ${acceptRanges}`
      }
      // If-Match never matches a weak tag (RFC 9110 §13.1.1).
      if (hasWeakTag(first)) return 'Firefox starts over: it pins by a weak ETag'
      return {
        ...FIELDS,
        range: `bytes=${offset}-`,
        'if-match': fieldOf(first, 'etag'),
        'if-unmodified-since': fieldOf(first, 'last-modified'),
      }
    },
  },
  {
    resumesBy: 'sends `Range: bytes=N-` with If-Match and If-Unmodified-Since',
    harm: 'A download of Firefox that was paused or interrupted fails, or starts over.',
  },
)
