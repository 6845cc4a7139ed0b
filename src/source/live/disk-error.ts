import { LastbyteError } from '../../errors.js'

/** The error for a system call of a producer that failed. */
export function diskError(action: string, path: string, cause: unknown): LastbyteError {
  const { code, message } = cause as NodeJS.ErrnoException
  const text = `Cannot ${action} ${path}: ${message}`
  return new LastbyteError('DISK_FAILED', text, { path, code }, { cause })
}
