import {
  type Expectation,
  type Expectations,
  isOptionsObject,
  STRING,
} from '../validation/expectation.js'
import { wholeNumber } from '../validation/number-expectations.js'
import { readArgument, readOptions } from '../validation/read-options.js'
import { ENDED } from './journal.js'
import type { RequestEntry } from './request-entry.js'

/**
 * The members of an entry that a filter may name; each must be equal.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type RequestMembers } from 'lastbyte/testing'
 *
 * const whole: RequestMembers = { method: 'GET', range: null, status: 200 }
 * await using server = await faultServer({ seed: 7 })
 * await fetch(`${server.url}/bytes/1000`)
 * assert.equal(server.journal.entries(whole).length, 1)
 * ```
 */
export type RequestMembers = Partial<
  Pick<RequestEntry, 'method' | 'path' | 'query' | 'range' | 'status' | 'ended' | 'connection'>
>

/**
 * Which entries are meant: those with equal members, or those for which a function returns true.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type RequestFilter } from 'lastbyte/testing'
 *
 * const resumed: RequestFilter = ({ range }) => range?.startsWith('bytes=500-') === true
 * await using server = await faultServer({ seed: 7 })
 * await fetch(`${server.url}/bytes/1000`, { headers: { range: 'bytes=500-' } })
 * assert.equal(server.journal.entries(resumed).length, 1)
 * assert.equal(server.journal.entries({ path: '/bytes/1000', status: 206 }).length, 1)
 * ```
 */
export type RequestFilter = RequestMembers | ((entry: RequestEntry) => boolean)

const TEXT_OR_NULL: Expectation = {
  expected: 'a string, or null',
  accepts: (value) => value === null || typeof value === 'string',
}
const STATUS_OR_NULL: Expectation = {
  expected: 'a status code, or null',
  accepts: (value) => value === null || Number.isInteger(value),
}
const MEMBERS: Expectations<RequestMembers> = {
  method: STRING,
  path: STRING,
  query: {
    expected: 'a query with its question mark, or an empty string',
    accepts: (value) => typeof value === 'string' && /^(\?|$)/.test(value),
  },
  range: TEXT_OR_NULL,
  status: STATUS_OR_NULL,
  ended: {
    expected: `${ENDED.expected}, or null`,
    accepts: (value) => value === null || ENDED.accepts(value),
  },
  connection: wholeNumber(1),
}

const FILTER: Expectation = {
  expected: 'an object of members of an entry, such as { path: "/a" }, or a function',
  accepts: (value) => typeof value === 'function' || isOptionsObject(value),
}

/** @throws LastbyteError BAD_SETTING for a member that no entry has */
export function matcherOf(filter: RequestFilter | undefined): (entry: RequestEntry) => boolean {
  if (filter !== undefined) readArgument('filter', filter, FILTER)
  if (typeof filter === 'function') return (entry) => Boolean(filter(entry))
  const members = Object.entries(readOptions(filter, MEMBERS))
  return (entry) => members.every(([name, value]) => entry[name as keyof RequestEntry] === value)
}

/** The filter in words, for messages. */
export function filterText(filter: RequestFilter | undefined): string {
  if (filter === undefined) return 'any request'
  if (typeof filter === 'function')
    return `a request for which ${filter.name || 'the filter'} is true`
  const members = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  return members.length === 0 ? 'any request' : `a request with ${members.join(', ')}`
}

/** The filter in words that follow a sentence; nothing without one. */
export function ofFilter(filter: RequestFilter | undefined): string {
  const text = filterText(filter)
  return text === filterText(undefined) ? '' : `, of ${text}`
}
