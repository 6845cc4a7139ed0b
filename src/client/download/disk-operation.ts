import { LastbyteError } from '../../errors.js'

/**
 * Awaits a file-system operation. A failure keeps the system's error as its cause and its code
 * (`ENOSPC`, …) in `facts.code`.
 *
 * @param action completes "Cannot …" in the message, such as `rename`
 * @throws LastbyteError DISK_FAILED
 */
export async function diskOperation<T>(
  action: string,
  path: string,
  operation: Promise<T>,
): Promise<T> {
  try {
    return await operation
  } catch (error) {
    throw error instanceof LastbyteError ? error : diskError(action, path, error)
  }
}

/**
 * The same for a path that may be absent: undefined for ENOENT. Every other failure is thrown, so a
 * path that can't be examined is never mistaken for an absent one.
 *
 * @throws LastbyteError DISK_FAILED
 */
export async function diskOperationIfPresent<T>(
  action: string,
  path: string,
  operation: Promise<T>,
): Promise<T | undefined> {
  try {
    return await operation
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error instanceof LastbyteError ? error : diskError(action, path, error)
  }
}

function diskError(action: string, path: string, cause: unknown): LastbyteError {
  const { code, message } = cause as NodeJS.ErrnoException
  const text = `Cannot ${action} ${path}: ${message}`
  return new LastbyteError('DISK_FAILED', text, { path, code }, { cause })
}
