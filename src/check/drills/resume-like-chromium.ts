import { fieldOf } from '../subject/exchange.js'
import { hasStrongValidator, hasWeakTag } from '../subject/strong-validator.js'
import { resumeDrill } from './resume-drill.js'

const FIELDS = {
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'sec-fetch-site': 'none',
  'sec-fetch-mode': 'navigate',
  'accept-language': 'en-US,en;q=0.9',
}

/** The manner of a download; a `<video>` sends a Range alone. */
export const resumeLikeChromium = resumeDrill(
  'resume-like-chromium',
  {
    client: 'Chromium',
    first: () => ({
      ...FIELDS,
      accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      'accept-encoding': 'gzip, deflate, br, zstd',
      'sec-fetch-dest': 'document',
    }),
    resume({ offset, first }) {
      if (!hasStrongValidator(first)) {
        return 'Chromium starts over: the server sends no strong validator'
      }
      // It sends the tag, even a weak one, where the date is strong; If-Range never matches that (RFC 9110 §13.1.5).
      if (hasWeakTag(first)) return 'Chromium starts over: it pins by a weak ETag'
      return {
        ...FIELDS,
        accept: undefined,
        'accept-encoding': 'identity',
        'sec-fetch-dest': 'empty',
        range: `bytes=${offset}-`,
        'if-range': fieldOf(first, 'etag') ?? fieldOf(first, 'last-modified'),
      }
    },
  },
  {
    resumesBy: 'sends `Range: bytes=N-` with If-Range',
    harm: 'A download of Chromium that was interrupted starts over, or fails.',
  },
)
