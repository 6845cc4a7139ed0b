import { expectedOfTransport } from '../http/transport-fields.js'

/** Fields that the client sets to resume; others would change which bytes a response has. */
const OF_THE_CLIENT = ['if-range', 'range']

/** What is expected instead of a request field that a caller can't set; undefined: it can. */
export function expectedInsteadOf(name: string): string | undefined {
  if (OF_THE_CLIENT.includes(name.toLowerCase())) return 'no field that the client sets to resume'
  return expectedOfTransport(name)
}
