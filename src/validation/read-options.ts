import type { LastbyteError } from '../errors.js'
import { describeName, describeValue } from './describe-value.js'
import { type Expectation, type Expectations, isOptionsObject } from './expectation.js'
import { nearestName } from './nearest-name.js'
import { type OptionError, settingError, withReceived } from './option-error.js'

/** Which options are read, for the errors. */
export interface OptionsPlace {
  /** The name of the object itself, such as `options` or `list`. */
  readonly name: string
  /** Precedes the name of each option: `list.`, or nothing. */
  readonly prefix: string
  readonly error: OptionError
  /** What replaces options that a caller may expect here, by their names. */
  readonly alternatives?: Readonly<Record<string, string>>
  /** Whether an option without an effect here is skipped, where it is not known. Default: none is. */
  readonly ignores?: (name: string) => boolean
}

export const OPTIONS_PLACE: OptionsPlace = { name: 'options', prefix: '', error: settingError }

/**
 * Reads options: each property once, and into a frozen copy, so that neither a getter nor a later change
 * can alter what was checked. An option that is undefined is left out, like one that is absent; the
 * options keep their order. `options` itself may be undefined.
 *
 * @throws the error of `place`, BAD_SETTING by default: for an unknown option, with the most similar
 *   known one; for a value that isn't expected; for a property that throws; for anything but an object
 */
export function readOptions<T extends object>(
  options: unknown,
  expectations: Expectations<T>,
  place: OptionsPlace = OPTIONS_PLACE,
): Readonly<T> {
  if (options === undefined) return readOptions({}, expectations, place)
  const known = Object.keys(expectations)
  const given: string[] = []
  for (const name of namesOf(options, place)) {
    if (typeof name === 'string' && known.includes(name)) given.push(name)
    else if (typeof name === 'symbol' || !place.ignores?.(name)) {
      throw unknownOption(options as object, name, known, place)
    }
  }
  const read: Record<string, unknown> = {}
  // A known option may also be an inherited getter, as of a class, which isn't enumerated.
  for (const name of new Set([...given, ...known])) {
    const expectation = expectations[name as keyof T]
    const value = readOption(options as Record<string, unknown>, name, expectation, place)
    if (value !== undefined) read[name] = value
  }
  return Object.freeze(read) as Readonly<T>
}

/** Reads options that belong to another, such as `list`, whose names are reported as `list.format`. */
export function readNestedOptions<T extends object>(
  name: string,
  options: unknown,
  expectations: Expectations<T>,
  alternatives: Readonly<Record<string, string>> = {},
): Readonly<T> {
  return readOptions(options, expectations, {
    ...OPTIONS_PLACE,
    alternatives,
    name,
    prefix: `${name}.`,
  })
}

/** Reads an argument of its own. @throws the error of `error`, BAD_SETTING by default */
export function readArgument(
  name: string,
  value: unknown,
  expectation: Expectation,
  error: OptionError = settingError,
): unknown {
  const place = { name, prefix: '', error }
  return readOption({ [name]: value }, name, { ...expectation, required: true }, place)
}

function namesOf(options: unknown, { name, error }: OptionsPlace): (string | symbol)[] {
  try {
    if (isOptionsObject(options)) {
      const names: (string | symbol)[] = []
      // Inherited names too, so that none is ignored, but for those that a page adds to every object.
      for (const each in options) {
        if (Object.hasOwn(options, each) || !Object.hasOwn(Object.prototype, each)) names.push(each)
      }
      const symbols = Object.getOwnPropertySymbols(options)
      return [...names, ...symbols.filter((each) => isEnumerable(options, each))]
    }
  } catch (cause) {
    const message = withReceived(name, 'expected an object that can be read', options)
    throw error(name, message, options, cause)
  }
  throw error(name, withReceived(name, 'expected an object', options), options)
}

function readOption(
  options: Record<string, unknown>,
  name: string,
  { expected, accepts, copy, required }: Expectation,
  { prefix, error }: OptionsPlace,
): unknown {
  const option = prefix + name
  let value: unknown
  try {
    value = options[name]
    if (value === undefined && !required) return undefined
    const taken = copy === undefined ? value : copy(value)
    if (accepts(taken)) return taken
  } catch (cause) {
    const message = `${describeName(option)}: expected ${expected}; received a value that throws when it is read`
    throw error(option, message, undefined, cause)
  }
  throw error(option, withReceived(option, `expected ${expected}`, value), value)
}

function unknownOption(
  options: object,
  name: string | symbol,
  known: readonly string[],
  { prefix, error, alternatives = {} }: OptionsPlace,
): LastbyteError {
  const received = dataOf(options, name)
  if (typeof name === 'symbol') {
    const message = `${prefix}${describeValue(name)}: unknown option; known options: ${listOf(known)}`
    return error(`${prefix}${String(name)}`, message, received)
  }
  if (Object.hasOwn(alternatives, name)) {
    const problem = `not supported: ${alternatives[name]}`
    return error(prefix + name, withReceived(prefix + name, problem, received), received)
  }
  const nearest = nearestName(name, known)
  const hint = nearest === undefined ? '' : ` did you mean ${prefix}${nearest}?`
  const option = prefix + name
  const message = `${describeName(option)}: unknown option;${hint} known options: ${listOf(known)}`
  return error(option, message, received)
}

function listOf(known: readonly string[]): string {
  return known.length === 0 ? 'none' : known.join(', ')
}

function isEnumerable(value: object, name: symbol): boolean {
  return Object.prototype.propertyIsEnumerable.call(value, name)
}

/** The value of a property, unless that is a getter or can't be read. */
function dataOf(options: object, name: string | symbol): unknown {
  try {
    return Object.getOwnPropertyDescriptor(options, name)?.value
  } catch {
    return undefined
  }
}
