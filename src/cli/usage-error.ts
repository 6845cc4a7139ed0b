import { LastbyteError } from '../errors.js'

/**
 * A mistake in a flag, an argument or a variable: `--stall: expected a time such as 30s; received "soon"`.
 *
 * @param problem what was expected, and what was received if the message needs more than the value
 * @param received the value as it was given, if it is to be shown
 */
export function usageError(setting: string, problem: string, received?: unknown): LastbyteError {
  const shown = received === undefined ? '' : `; received ${JSON.stringify(withoutUser(received))}`
  return new LastbyteError('BAD_SETTING', `${setting}: ${problem}${shown}`, { setting, received })
}

/** A URL without its name and password. */
function withoutUser(received: unknown): unknown {
  return typeof received === 'string' ? received.replace(/\/\/[^/?#\s]*@/, '//***@') : received
}
