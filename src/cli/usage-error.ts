import { LastbyteError } from '../errors.js'
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

/** A BAD_SETTING error of an option of the package, under the name that the user has typed; any other as it is. */
export function renamedError(error: unknown, names: ReadonlyMap<string, string>): unknown {
  if (!(error instanceof LastbyteError) || error.code !== 'BAD_SETTING') return error
  const [prefix = '', option = ''] = /^([\w.]+): /.exec(error.message) ?? []
  const name = names.get(option)
  return name === undefined ? error : usageError(name, error.message.slice(prefix.length))
}
