import { LastbyteError } from '../errors.js'

/** What a setting wants, in words, and whether a value is that. */
export type Expectation = readonly [wanted: string, holds: (value: unknown) => boolean]

export const isBoolean = (value: unknown): boolean => typeof value === 'boolean'
export const isString = (value: unknown): boolean => typeof value === 'string'
export const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every(isString)
export const isFunction = (value: unknown): boolean => typeof value === 'function'
export const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null
export const oneOf = (...names: string[]): Expectation => [
  names.map((name) => `'${name}'`).join(', '),
  (value) => names.includes(value as string),
]
export const BOOLEAN: Expectation = ['true or false', isBoolean]
export const FUNCTION: Expectation = ['a function', isFunction]
export const STRINGS: Expectation = ['an array of strings', isStrings]
export const DURATION: Expectation = [
  'a number of ms above 0',
  (value) => Number(value) > 0 && typeof value === 'number',
]
export const PATH: Expectation = [
  'a path that starts with a slash',
  (value) => /^\//.test(String(value)),
]
export const SIGNAL: Expectation = ['an AbortSignal', (value) => value instanceof AbortSignal]
/** What a timer can wait. */
export const WAIT: Expectation = [
  'a number of ms from 0 to 2147483647',
  (value) => typeof value === 'number' && value >= 0 && value <= 2 ** 31 - 1,
]

/** Refuses what is unknown or of the wrong form. @throws LastbyteError BAD_SETTING */
export function validate<T extends object>(
  options: T,
  wants: Record<string, Expectation>,
  path = '',
): void {
  for (const [name, value] of Object.entries(options)) {
    const want = wants[name]
    if (want === undefined) {
      throw invalidSetting(
        path + name,
        `is not supported; known are ${Object.keys(wants).join(', ')}`,
        value,
      )
    }
    if (value !== undefined && !want[1](value))
      throw invalidSetting(path + name, `wants ${want[0]}`, value)
  }
}

/** What is wrong with a setting, by its name. */
export function invalidSetting(setting: string, why: string, received: unknown): LastbyteError {
  const message = `${setting}: ${why}; received ${typeof received === 'string' ? `'${received}'` : String(received)}`
  return new LastbyteError('BAD_SETTING', message, { setting, received })
}
