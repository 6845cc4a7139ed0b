import { escapeCharacter, printableText } from '../printable-text.js'

/** Maximum characters of a string, and of the whole description. */
const LONGEST_STRING = 60
const LONGEST = 120
/** Members of an array or object that are shown, and levels of nesting. */
const MOST_MEMBERS = 5
const MOST_LEVELS = 2
/** A larger bigint takes long to print. */
const LARGEST_BIGINT = 10n ** 40n

/** Names of options and members whose values may be credentials. */
const SECRET =
  /auth|token|secret|passw|passphrase|credential|cookie|signature|api.?key|access.?key|private.?key|signing.?key|tls$|^(headers|fields|key|cert)$/i

/** Characters that a terminal doesn't show, besides those on which it acts. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202f\u2060-\u206f\ufeff]/g

/** Whether a value under this name is kept out of messages, facts and logs. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name)
}

/** A received value for an error message, in one line. Runs no code of the value, and never throws. */
export function describeValue(value: unknown): string {
  try {
    return cut(describe(value, 0), LONGEST)
  } catch {
    // A revoked Proxy throws even on Array.isArray.
    return describeType(value)
  }
}

/** The type of a value, or the name of its class, without any part of it. */
export function describeType(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  try {
    if (Array.isArray(value)) return 'an array'
    const prototype: object | null = Object.getPrototypeOf(value)
    return isPlain(prototype) ? 'an object' : describeInstance(prototype)
  } catch {
    return 'an object'
  }
}

/** A name for an error message: as it is if it is short and plain, else quoted. */
export function describeName(name: string): string {
  return /^[\w$.[\]-]{1,60}$/.test(name) ? name : quote(name)
}

function describe(value: unknown, level: number): string {
  switch (typeof value) {
    case 'string':
      return quote(withoutUserinfo(value))
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'bigint':
      return value < LARGEST_BIGINT && -value < LARGEST_BIGINT ? `${value}n` : 'a large bigint'
    case 'symbol':
      return `Symbol(${value.description === undefined ? '' : quote(value.description)})`
    case 'function':
      return describeFunction(value)
    case 'object':
      return value === null ? 'null' : describeObject(value, level)
    default:
      return String(value)
  }
}

function describeFunction(value: object): string {
  const name = dataOf(value, 'name')
  return typeof name === 'string' && name !== '' ? `function ${describeName(name)}` : 'a function'
}

function describeObject(value: object, level: number): string {
  if (Array.isArray(value)) {
    if (level === MOST_LEVELS) return '[…]'
    const shown = Array.from({ length: Math.min(value.length, MOST_MEMBERS) }, (_none, index) =>
      describeMember(value, String(index), level),
    )
    return `[${shown.join(', ')}${value.length > MOST_MEMBERS ? ', …' : ''}]`
  }
  const prototype: object | null = Object.getPrototypeOf(value)
  if (!isPlain(prototype)) return describeInstance(prototype)
  const names = Object.keys(value)
  if (names.length === 0) return '{}'
  if (level === MOST_LEVELS) return '{…}'
  const shown = names
    .slice(0, MOST_MEMBERS)
    .map((name) => `${describeName(name)}: ${describeMember(value, name, level)}`)
  return `{ ${shown.join(', ')}${names.length > MOST_MEMBERS ? ', …' : ''} }`
}

/** Whether objects with this prototype are of no class; those of another frame have another prototype. */
function isPlain(prototype: object | null): prototype is null {
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function describeInstance(prototype: object): string {
  const creator = dataOf(prototype, 'constructor')
  const name = typeof creator === 'function' ? dataOf(creator, 'name') : undefined
  return typeof name === 'string' && name !== ''
    ? `an instance of ${describeName(name)}`
    : 'an object'
}

function describeMember(value: object, name: string, level: number): string {
  if (isSecretName(name)) return '…'
  const property = Object.getOwnPropertyDescriptor(value, name)
  if (property !== undefined && !('value' in property)) return '(a getter)'
  return describe(property?.value, level + 1)
}

/** The value of a property, if that is no getter. */
function dataOf(value: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(value, name)?.value
}

function withoutUserinfo(text: string): string {
  return text.replace(/\/\/[^/?#\s]*@/, '//***@')
}

function quote(text: string): string {
  const quoted = JSON.stringify(cut(text, LONGEST_STRING)).replace(INVISIBLE, escapeCharacter)
  return printableText(quoted)
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}
