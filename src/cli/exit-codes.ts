import { LastbyteError } from '../errors.js'

/** What a shell is told. */
export const EXIT_CODES = {
  whole: 0,
  usage: 2,
  refused: 3,
  changed: 4,
  'digest mismatch': 5,
  disk: 6,
  'gave up': 7,
  'in use': 8,
  interrupted: 130,
} as const

/** The exit code for what ended a download. */
export function exitCodeOf(error: unknown): number | undefined {
  switch (error instanceof LastbyteError ? error.code : undefined) {
    case 'BAD_SETTING':
      return EXIT_CODES.usage
    case 'REFUSED':
      return EXIT_CODES.refused
    case 'REPRESENTATION_CHANGED':
    case 'NOT_RESUMABLE':
      return EXIT_CODES.changed
    case 'DIGEST_MISMATCH':
      return EXIT_CODES['digest mismatch']
    case 'DISK_FAILED':
      return EXIT_CODES.disk
    case 'ANSWER_BROKEN':
    case 'GAVE_UP':
    case 'UNREACHABLE':
      return EXIT_CODES['gave up']
    case 'IN_USE':
      return EXIT_CODES['in use']
    case 'CANCELLED':
      return EXIT_CODES.interrupted
    default:
      return undefined
  }
}
