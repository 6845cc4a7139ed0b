import type { LastbyteError } from '../errors.js'
import { invalidSetting, settingError } from '../validation/option-error.js'

/**
 * A mistake in a flag, an argument or a variable: `--stall: expected a time such as 30s; received "soon"`.
 *
 * @param problem what was expected; also what was received, if quoting the value would not explain it
 * @param received the value as it was given, if the message is to quote it
 */
export function usageError(setting: string, problem: string, received?: unknown): LastbyteError {
  return received === undefined
    ? settingError(setting, `${setting}: ${problem}`, undefined)
    : invalidSetting(setting, problem, received)
}
