import { STATUS_CODES } from 'node:http'

/** Problem details of RFC 9457, with `about:blank` for a type: the title is the status's own. */
export interface Problem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail?: string
}

/** The media type of {@link Problem} as JSON (RFC 9457 §6.1). */
export const PROBLEM_TYPE = 'application/problem+json'

/** `detail` is for people: what was wrong with this request and what is wanted. */
export function problem(status: number, detail?: string): Problem {
  const title = STATUS_CODES[status] ?? 'Error'
  return { type: 'about:blank', title, status, ...(detail !== undefined && { detail }) }
}
