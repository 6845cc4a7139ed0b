import type { FieldType } from '../fault-fields.js'

/** A field of the form for faults, with what was written into it. */
export interface FilledField {
  /** The name of the member. */
  readonly name: string
  readonly type: FieldType
  readonly text: string
}

/** The parts of the form. */
export interface FilledForm {
  readonly kind: string
  readonly members: readonly FilledField[]
  readonly match: readonly FilledField[]
  /** The other members of the rule, such as `times`. */
  readonly rule: readonly FilledField[]
}

/**
 * The rule that a form describes. Empty fields are left out. A text that isn't what a field expects stays a text: the
 * server refuses it, and says what it expects.
 */
export function ruleFromForm({ kind, members, match, rule }: FilledForm): object {
  const { id, ...often } = membersOf(rule)
  const matched = membersOf(match)
  return {
    ...(id !== undefined && { id }),
    ...(Object.keys(matched).length > 0 && { match: matched }),
    fault: { kind, ...membersOf(members) },
    ...often,
  }
}

function membersOf(fields: readonly FilledField[]): Record<string, unknown> {
  const filled = fields.filter(({ text }) => text.trim() !== '')
  return Object.fromEntries(filled.map(({ name, type, text }) => [name, fieldValue(type, text)]))
}

/** The value of a field, in JSON. */
export function fieldValue(type: FieldType, text: string): unknown {
  const trimmed = text.trim()
  switch (type) {
    case 'number':
    case 'mixed':
      return numberOr(trimmed)
    case 'offset': {
      const pair = pairOf(trimmed)
      return pair === undefined ? numberOr(trimmed) : { between: pair }
    }
    case 'range': {
      const pair = pairOf(trimmed)
      return pair === undefined ? trimmed : { overlaps: pair }
    }
    case 'numbers':
      return oneOrSeveral(trimmed.split(',').map((each) => numberOr(each.trim())))
    case 'names':
      return oneOrSeveral(trimmed.split(',').map((each) => each.trim()))
    case 'fields':
      return linesOf(trimmed, (value) => value)
    case 'matches':
      return linesOf(trimmed, (value) => (value === '' ? null : value))
    case 'text':
      return text
    case 'choice':
      return trimmed
  }
}

function numberOr(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** `1000-2000`, also with the separators that people write: `1,000 – 2,000` isn't one. */
function pairOf(text: string): [number, number] | undefined {
  const [, from, to] = /^(\d+)\s*(?:-|–|\.\.)\s*(\d+)$/.exec(text) ?? []
  return from === undefined || to === undefined ? undefined : [Number(from), Number(to)]
}

function oneOrSeveral<T>(values: readonly T[]): T | readonly T[] {
  const [only, ...more] = values
  return only !== undefined && more.length === 0 ? only : values
}

function linesOf(text: string, read: (value: string) => string | null): object {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      const name = colon === -1 ? line : line.slice(0, colon)
      return [name.trim(), read(colon === -1 ? '' : line.slice(colon + 1).trim())]
    }),
  )
}

/** The text of a field for a value: what `fieldValue` reads, for the values of examples. */
export function fieldText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return Array.isArray(value) ? value.join(', ') : String(value)
}
