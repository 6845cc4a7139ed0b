import { LastbyteError } from '../errors.js'

/** What a member of a fault or rule must be. */
export interface Member {
  readonly wants: string
  readonly holds: (value: unknown) => boolean
  readonly required?: true
}

/** A member for each key of T. */
export type Members<T> = { readonly [K in keyof T]-?: Member }

/** ms that a timer of Node can wait: 24.8 days. */
const LONGEST = 2 ** 31 - 1

const isCount = (value: unknown, least = 0): value is number =>
  Number.isSafeInteger(value) && Number(value) >= least

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Two positions in order. */
export const isPair = (value: unknown): value is [number, number] =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every((each) => isCount(each)) &&
  Number(value[0]) <= Number(value[1])

export const count = (wants: string, least = 0): Member => ({
  wants: `${wants}, a whole number from ${least}`,
  holds: (value) => isCount(value, least),
})

export const oneOf = (...names: string[]): Member => ({
  wants: `one of ${names.join(', ')}`,
  holds: (value) => names.includes(value as string),
})

export const MS: Member = {
  wants: `a number of ms up to ${LONGEST}`,
  holds: (value) => typeof value === 'number' && value >= 0 && value <= LONGEST,
}

export const required = (member: Member): Member => ({ ...member, required: true })

export const AT: Member = required({
  wants: 'an offset in bytes, or { "between": [a, b] }',
  holds: (value) =>
    isCount(value) ||
    (isObject(value) && Object.keys(value).join() === 'between' && isPair(value.between)),
})

export const FROM: Member = oneOf('representation', 'response')

/** Refuses what is unknown, missing or of the wrong form. @throws LastbyteError BAD_FAULT */
export function checkMembers(
  value: Readonly<Record<string, unknown>>,
  members: Readonly<Record<string, Member>>,
  path: string,
): void {
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(members, name)) continue
    const known = Object.keys(members).join(', ') || 'none'
    throw badFault(path + name, `is not known here; known are ${known}`)
  }
  for (const [name, member] of Object.entries(members)) {
    const given = value[name]
    if (given === undefined && !member.required) continue
    if (!member.holds(given)) throw badFault(path + name, `wants ${member.wants}`, given)
  }
}

/** `member`: the path of what is wrong, such as `fault.at`. */
export function badFault(member: string, why: string, received?: unknown): LastbyteError {
  const shown = received === undefined ? '' : `; received ${JSON.stringify(received)}`
  return new LastbyteError('BAD_FAULT', `${member}: ${why}${shown}`, { member })
}
