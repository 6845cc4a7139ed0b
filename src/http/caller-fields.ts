import { LastbyteError } from '../errors.js'

/** A character that is not allowed in a token (RFC 9110 §5.6.2). */
const NOT_IN_NAME = /[^!#$%&'*+.^_`|~0-9A-Za-z-]/
/** A character that is not allowed in a field value (RFC 9110 §5.5), or that is not Latin-1. */
const NOT_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/

/**
 * Validates the header fields that an option adds to each request; returns them by lower-case names. The
 * error contains no part of a value, since it may be a credential.
 *
 * @param setting the name of the option
 * @throws LastbyteError BAD_SETTING
 */
export function requireFields(setting: string, fields: unknown): Record<string, string> {
  // Object.entries of Headers and Map is empty, and of an array it has indices as names.
  if (typeof fields !== 'object' || fields === null || Symbol.iterator in fields) {
    throw bad(setting, 'a plain object of names and values', kindOf(fields))
  }
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      requireName(setting, name)
      requireValue(setting, name, value)
      return [name.toLowerCase(), value as string]
    }),
  )
}

/** Whether a text is a valid field value. */
export function isFieldValue(text: string): boolean {
  return !NOT_IN_VALUE.test(text)
}

function requireName(setting: string, name: string): void {
  const at = name.search(NOT_IN_NAME)
  if (name !== '' && at === -1) return
  const received = name === '' ? 'an empty name' : `${codePoint(name, at)} in ${quoted(name, at)}`
  throw bad(setting, 'field names that are tokens (RFC 9110 §5.6.2)', received)
}

function requireValue(setting: string, name: string, value: unknown): void {
  if (typeof value !== 'string') throw bad(setting, `a string for "${name}"`, kindOf(value))
  const at = value.search(NOT_IN_VALUE)
  if (at === -1) return
  const expected = `printable characters up to U+00FF for "${name}" (RFC 9110 §5.5)`
  throw bad(setting, expected, `${codePoint(value, at)} at position ${at}`)
}

/** The name up to the invalid character; the rest may be a value that was written into the name. */
function quoted(name: string, at: number): string {
  return `"${name.slice(0, at)}…"`
}

function codePoint(text: string, at: number): string {
  return `U+${text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')}`
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return typeof value === 'object' ? `an object (${value.constructor?.name})` : `a ${typeof value}`
}

function bad(setting: string, expected: string, received: string): LastbyteError {
  const message = `${setting}: expected ${expected}; received ${received}`
  return new LastbyteError('BAD_SETTING', message, { setting, received })
}
