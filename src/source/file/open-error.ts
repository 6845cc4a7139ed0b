import { LastbyteError } from '../../errors.js'
import type { Opened } from '../byte-source.js'

type Refused = Extract<Opened, { kind: 'refused' }>

/** Reasons for which a file is not served; they are sent to the client. */
export const REFUSED = {
  outside: { kind: 'refused', reason: 'The path leads out of the served folder.' },
  notRegular: { kind: 'refused', reason: 'Only regular files are served.' },
  tooLarge: {
    kind: 'refused',
    reason: `Files of more than ${Number.MAX_SAFE_INTEGER} bytes are not served.`,
  },
  unknownSize: { kind: 'refused', reason: 'The size of the file is not known.' },
  dotfile: { kind: 'refused', reason: 'Names that start with a dot are not served.' },
  unreadable: { kind: 'refused', reason: 'The file may not be read.' },
} as const satisfies Record<string, Refused>

/**
 * What an error of open(2) means for a key.
 *
 * @throws LastbyteError SOURCE_BUSY, SOURCE_FAILED where the error says nothing about the key
 */
export function judgeOpenError(error: NodeJS.ErrnoException): Opened {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return { kind: 'absent' }
    case 'EACCES':
    case 'EPERM':
      return REFUSED.unreadable
    case 'ELOOP':
      return REFUSED.outside
    // A socket or a device without a driver; on other systems, a socket.
    case 'ENXIO':
    case 'ENODEV':
    case 'EOPNOTSUPP':
      return REFUSED.notRegular
    default:
      throw openError(error)
  }
}

/** Errors that may be gone on a later attempt; EAGAIN is a conflicting lease, since opens do not block. */
const BUSY: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN'])

export function openError(cause: NodeJS.ErrnoException): LastbyteError {
  const code = BUSY.has(cause.code) ? 'SOURCE_BUSY' : 'SOURCE_FAILED'
  return new LastbyteError(code, `Cannot open file: ${cause.message}`, {}, { cause })
}
