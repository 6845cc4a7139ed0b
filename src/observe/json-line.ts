import { escapeCharacter } from '../printable-text.js'
import { limitedText } from './limited-text.js'
import { loggedRequest } from './logged-request.js'
import type { ObservedResponse } from './response-observer.js'

/** Characters of a member at most, so that a line is written to a pipe in one piece (4,096 bytes). */
const LONGEST: Readonly<Record<string, number>> = { target: 1_500, referer: 900, userAgent: 600 }
const LONGEST_OTHER = 150

/** A response as a line of JSON in ASCII, with its line end. Members without a value are left out. */
export function jsonLine(response: ObservedResponse, worker?: number): string {
  const { date, ms, status, bytes, outcome, route } = response
  const members = Object.entries(loggedRequest(response))
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, limitedText(value, LONGEST[name] ?? LONGEST_OTHER, escapeUnit)])
  const line = {
    time: new Date(date).toISOString(),
    ...Object.fromEntries(members),
    ...{ status, bytes, ms: Math.round(ms), outcome, route },
    ...(worker !== undefined && { worker }),
  }
  return `${JSON.stringify(line).replace(/[^ -~]/g, escapeCharacter)}\n`
}

function escapeUnit(unit: string): string {
  return /[^ -~]/.test(unit) ? escapeCharacter(unit) : JSON.stringify(unit).slice(1, -1)
}
