import { hasFewLevels, MOST_JSON_LEVELS } from './parse-json.js'

/** A value as JSON, or its kind, for an error message. */
export type JsonText =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'refused'; readonly received: string }

/**
 * Serializes a value of an application. Refuses what JSON leaves out (a function, a symbol, undefined), more levels
 * than a client accepts, and a promise anywhere in the value: JSON represents it as `{}`, which no application means. The rejection of
 * such a promise is handled, since nobody else can: its value is not sent.
 *
 * @throws what a getter or `toJSON` of the value throws; TypeError for a cycle or a bigint
 */
export function jsonText(value: unknown): JsonText {
  if (isThenable(value)) return refusePromises([value])
  const text = stringified(value)
  if (text === 'too deep')
    return { kind: 'refused', received: `more than ${MOST_JSON_LEVELS} levels` }
  if (text === undefined) return { kind: 'refused', received: typeof value }
  // Only then can the value contain a promise.
  const promises = text.includes('{}') ? promisesIn(value) : []
  return promises.length > 0 ? refusePromises(promises) : { kind: 'json', text }
}

/** Whether a value is a promise. Its `then` may be a getter that throws. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
  } catch {
    return false
  }
}

/** @throws as `jsonText` */
function stringified(value: unknown): string | undefined | 'too deep' {
  try {
    const text: string | undefined = JSON.stringify(value)
    return text === undefined || hasFewLevels(text) ? text : 'too deep'
  } catch (error) {
    if (error instanceof RangeError && /call stack/i.test(error.message)) return 'too deep'
    throw error
  }
}

function refusePromises(promises: readonly PromiseLike<unknown>[]): JsonText {
  for (const promise of promises) Promise.resolve(promise).catch(() => {})
  return { kind: 'refused', received: 'promise' }
}

/** @param seen objects that were visited: `toJSON` may hide a cycle */
function promisesIn(value: unknown, seen = new Set<object>()): PromiseLike<unknown>[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  seen.add(value)
  if (isThenable(value)) return [value]
  return Object.values(value).flatMap((each) => promisesIn(each, seen))
}
