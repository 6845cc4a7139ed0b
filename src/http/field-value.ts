import { LastbyteError } from '../errors.js'

/** A character that is no byte of a field value: a control character except for tab, or one above U+00FF. */
const NOT_A_BYTE = /[^\t\x20-\x7e\x80-\xff]/
/** The control characters of ASCII except for tab (RFC 9110 §5.5). */
const CONTROL = /[^\t\P{Cc}\x80-\x9f]/u

/**
 * The value of a header or trailer field as it is written: a string whose characters are bytes, as
 * node:http writes and reads fields. Every writer of field lines calls this function.
 *
 * - A value whose characters are all bytes stays as it is. That includes values that were received:
 *   their obs-text (RFC 9110 §5.5) is sent on byte for byte, whatever its encoding.
 * - A value with a character above U+00FF becomes UTF-8 as a whole. Node would refuse the value, or
 *   write the low byte of such a character: a line feed for U+010A.
 *
 * @throws LastbyteError BAD_FIELD for a control character: CR and LF would begin another field. The error
 *   contains no part of the value, since it may be a credential.
 */
export function fieldValue(name: string, value: string): string {
  if (!NOT_A_BYTE.test(value)) return value
  const at = value.search(CONTROL)
  if (at !== -1) throw badField(name, value.charCodeAt(at), at)
  let bytes = ''
  for (const byte of new TextEncoder().encode(value)) bytes += String.fromCharCode(byte)
  return bytes
}

/** The values of a field that an application may set: a list for several lines, numbers as text. */
export function fieldValues(name: string, value: unknown): string | string[] {
  return Array.isArray(value)
    ? value.map((each) => fieldValue(name, String(each)))
    : fieldValue(name, String(value))
}

function badField(name: string, code: number, at: number): LastbyteError {
  const received = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  const message =
    `Cannot send the header field ${JSON.stringify(name)}: expected a value without control ` +
    `characters (RFC 9110 §5.5); received ${received} at position ${at}`
  return new LastbyteError('BAD_FIELD', message, { field: name, received, at })
}
