import { isFieldValue } from '../http/caller-fields.js'
import {
  copyArray,
  copyObject,
  type Expectation,
  isOptionsObject,
} from '../validation/expectation.js'

/** Fields of one fault: each of them is edited in every response. */
const MOST_FIELDS = 100

/** A token (RFC 9110 §5.6.2). */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** Whether a value is the name of a header field. */
export function isFieldName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value)
}

/** Header fields by name. */
export const FIELD_VALUES: Expectation = {
  expected: `an object of 1 to ${MOST_FIELDS} header fields: names that are tokens, and values without control characters`,
  accepts: (value) => {
    if (!isOptionsObject(value)) return false
    const fields = Object.entries(value)
    const isSendable = ([name, each]: [string, unknown]) =>
      isFieldName(name) && typeof each === 'string' && isFieldValue(each)
    return fields.length > 0 && fields.length <= MOST_FIELDS && fields.every(isSendable)
  },
  copy: copyObject,
}

/** The name of a header field, or several. */
export const FIELD_NAMES: Expectation = {
  expected: `the name of a header field, or an array of 1 to ${MOST_FIELDS} names`,
  accepts: (value) =>
    Array.isArray(value)
      ? value.length > 0 && value.length <= MOST_FIELDS && value.every(isFieldName)
      : isFieldName(value),
  copy: copyArray,
}

/** Edits of header fields; names in any case. */
export interface FieldEdits {
  readonly set?: Readonly<Record<string, string>>
  readonly remove?: string | readonly string[]
}

/** The names to remove, in lower case. */
export function removedNames({ remove = [] }: FieldEdits): string[] {
  return [remove].flat().map((name) => name.toLowerCase())
}

/** The fields to set, with names in lower case. */
export function setFields({ set = {} }: FieldEdits): [name: string, value: string][] {
  return Object.entries(set).map(([name, value]) => [name.toLowerCase(), value])
}
