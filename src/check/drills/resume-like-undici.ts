import { parseEntityTag } from '../../http/entity-tag.js'
import { fieldOf } from '../subject/exchange.js'
import { resumeDrill } from './resume-drill.js'

const FIELDS = { 'user-agent': undefined, accept: undefined, 'accept-encoding': undefined }

export const resumeLikeUndici = resumeDrill(
  'resume-like-undici',
  {
    client: 'undici',
    first: () => FIELDS,
    resume({ offset, size, first }) {
      const etag = fieldOf(first, 'etag')
      const isStrong = parseEntityTag(etag)?.weak === false
      const range = `bytes=${offset}-${size - 1}`
      return { ...FIELDS, range, 'if-match': isStrong ? etag : undefined }
    },
  },
  {
    resumesBy: 'sends `Range: bytes=N-M` with If-Match',
    harm: "The RetryAgent of undici, which is Node's fetch with retries, fails in the middle of a body.",
  },
)
