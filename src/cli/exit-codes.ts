import { LastbyteError } from '../errors.js'

/** The exit codes of the command. */
export const EXIT_CODES = {
  complete: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  changed: 4,
  digestMismatch: 5,
  disk: 6,
  gaveUp: 7,
  inUse: 8,
  interrupted: 130,
} as const

/** The exit code for an error; undefined for one that is not ours, which is a bug. */
export function exitCodeOf(error: unknown): number | undefined {
  if (!(error instanceof LastbyteError)) return undefined
  switch (error.code) {
    case 'BAD_SETTING':
      return EXIT_CODES.usage
    case 'REFUSED':
      return EXIT_CODES.refused
    case 'REPRESENTATION_CHANGED':
    case 'NOT_RESUMABLE':
      return EXIT_CODES.changed
    case 'DIGEST_MISMATCH':
      return EXIT_CODES.digestMismatch
    case 'DISK_FAILED':
      return EXIT_CODES.disk
    case 'ANSWER_BROKEN':
    case 'GAVE_UP':
    case 'UNREACHABLE':
    case 'SERVER_STALLED':
      return EXIT_CODES.gaveUp
    case 'IN_USE':
      return EXIT_CODES.inUse
    case 'CANCELLED':
      return EXIT_CODES.interrupted
    default:
      return EXIT_CODES.failed
  }
}
