/** What the value of one option must be. */
export interface Expectation {
  /** In words that follow "expected", such as `a number of bytes`. */
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
  /** Copies the value, so that later changes have no effect. If absent, the value itself is used. */
  readonly copy?: (value: unknown) => unknown
  /** Whether the option has no default. */
  readonly required?: true
  /** All values that are accepted, if they are a few strings. */
  readonly choices?: readonly string[]
}

/** An expectation for each option. */
export type Expectations<T> = { readonly [K in keyof T]-?: Expectation }

export const BOOLEAN: Expectation = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
}

export const TEXT: Expectation = {
  expected: 'a non-empty string',
  accepts: (value) => typeof value === 'string' && value !== '',
}

export const STRING: Expectation = {
  expected: 'a string',
  accepts: (value) => typeof value === 'string',
}

export const FUNCTION: Expectation = {
  expected: 'a function',
  accepts: (value) => typeof value === 'function',
}

export const SIGNAL: Expectation = { expected: 'an AbortSignal', accepts: isSignal }

export const OBJECT: Expectation = {
  expected: 'an object',
  accepts: isOptionsObject,
  copy: copyObject,
}

/** Header fields by their names, whose names and values `requireFields` checks. */
export const FIELDS: Expectation = { ...OBJECT, expected: 'a plain object of names and values' }

/**
 * An object, of a class or not, that has these methods.
 *
 * @param expected in words, such as `a logger`
 */
export function objectWith(methods: readonly string[], expected: string): Expectation {
  return {
    expected,
    accepts: (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((name) => typeof (value as Record<string, unknown>)[name] === 'function'),
  }
}

/** One of these strings. */
export function oneOf(...values: readonly string[]): Expectation {
  const quoted = values.map((value) => `"${value}"`)
  const last = quoted.at(-1)
  return {
    expected: quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')} or ${last}` : `${last}`,
    accepts: (value) => values.includes(value as string),
    choices: values,
  }
}

/**
 * An array of such values, which is copied.
 *
 * @param expected in words, such as `an array of names`
 */
export function arrayOf(each: Expectation, expected: string, least = 0): Expectation {
  return {
    expected,
    accepts: (value) => Array.isArray(value) && value.length >= least && value.every(each.accepts),
    copy: copyArray,
  }
}

export const STRINGS: Expectation = arrayOf(STRING, 'an array of strings')

/** The same, where the option must be given. */
export function required(expectation: Expectation): Expectation {
  return { ...expectation, required: true }
}

/** A frozen copy of an array; anything else as it is. Holes become undefined. */
export function copyArray(value: unknown): unknown {
  return Array.isArray(value) ? Object.freeze([...value]) : value
}

/** A frozen copy of an object's own properties; anything else as it is. */
export function copyObject(value: unknown): unknown {
  return isOptionsObject(value) ? Object.freeze({ ...value }) : value
}

/** A Map, a Headers or a Promise would look like an object without options. */
export function isOptionsObject(value: unknown): value is Record<PropertyKey, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const tag = Object.prototype.toString.call(value)
  return tag === '[object Object]' || tag === '[object Module]'
}

/** Calls the getter, since `instanceof` fails for the signals of another frame of a page. */
function isSignal(value: unknown): boolean {
  try {
    const aborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')?.get
    return typeof aborted?.call(value) === 'boolean'
  } catch {
    return false
  }
}
