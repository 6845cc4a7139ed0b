import { isPinnable, pinFields } from '../../resume/pin-fields.js'
import { validatorOfExchange } from '../subject/strong-validator.js'
import { resumeDrill } from './resume-drill.js'

const FIELDS = { 'user-agent': undefined, accept: undefined, 'accept-encoding': 'identity' }

export const resumeLikeLastbyte = resumeDrill(
  'resume-like-lastbyte',
  {
    client: 'lastbyte',
    first: () => ({ ...FIELDS, 'want-repr-digest': 'sha-256=9' }),
    resume({ offset, first }) {
      const validator = validatorOfExchange(first)
      if (!isPinnable(validator))
        return 'lastbyte starts over: the server sends no strong validator'
      return { ...FIELDS, range: `bytes=${offset}-`, ...pinFields({ validator }, 'if-range') }
    },
  },
  {
    resumesBy: 'sends `Range: bytes=N-` with If-Range',
    harm: '`lastbyte get` starts over.',
  },
)
