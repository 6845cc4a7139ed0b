import { LastbyteError } from '../errors.js'
import { describeName, describeType, describeValue, isSecretName } from './describe-value.js'

/** Makes the error for an option, by the code of its kind of options. `received` goes into the facts. */
export type OptionError = (
  option: string,
  message: string,
  received: unknown,
  cause?: unknown,
) => LastbyteError

/** BAD_SETTING, with the option's name and the received value as facts. */
export const settingError: OptionError = (setting, message, received, cause) => {
  const facts = { setting, received: isSecretName(setting) ? describeType(received) : received }
  return new LastbyteError('BAD_SETTING', message, facts, cause === undefined ? {} : { cause })
}

/** BAD_SETTING with `problem`, such as `expected a function`, and what was received. */
export function invalidSetting(setting: string, problem: string, received: unknown): LastbyteError {
  return settingError(setting, withReceived(setting, problem, received), received)
}

/** `retryFor: expected a number of ms; received "1s"`. A value that may be a credential isn't shown. */
export function withReceived(option: string, problem: string, received: unknown): string {
  const shown = isSecretName(option) ? describeType(received) : describeValue(received)
  return `${describeName(option)}: ${problem}; received ${shown}`
}
