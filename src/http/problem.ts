import { STATUS_CODES } from 'node:http'

/** Problem details (RFC 9457) of type `about:blank`: the title is the status's reason phrase. */
export interface Problem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail?: string
}

/** The media type of {@link Problem} as JSON (RFC 9457 §6.1). */
export const PROBLEM_TYPE = 'application/problem+json'

/** @param detail for people: what is wrong with this request, and what is expected instead */
export function problem(status: number, detail?: string): Problem {
  const title = STATUS_CODES[status] ?? 'Error'
  return { type: 'about:blank', title, status, ...(detail !== undefined && { detail }) }
}
