import { expectedOfTransport } from '../http/transport-fields.js'

/** Fields that checks set, each with values of its own. */
const OF_CHECKS = /^(range|if-.*|accept-encoding|want-.*)$/

/** What is expected instead of a request field that a caller can't set; undefined: it can. */
export function expectedInsteadOf(name: string): string | undefined {
  const lower = name.toLowerCase()
  return OF_CHECKS.test(lower) ? 'no field that the checks set' : expectedOfTransport(lower)
}
