/** Fields that frame the body of a request. A GET of this client has none. */
const OF_A_BODY = ['content-length', 'expect', 'trailer', 'transfer-encoding']
/** Fields of the connection, which the transport owns (RFC 9110 §7.6.1). */
const OF_THE_CONNECTION = [
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'upgrade',
]
/** Fields that the client sets to resume; others would change which bytes a response has. */
const OF_THE_CLIENT = ['if-range', 'range']

const REASONS = new Map([
  ...OF_A_BODY.map((name) => [name, 'a request without a body cannot have'] as const),
  ...OF_THE_CONNECTION.map((name) => [name, 'belongs to the connection'] as const),
  ...OF_THE_CLIENT.map((name) => [name, 'the client sets itself, to resume'] as const),
])

/** Why a caller can't set a request field, as the rest of "expected no field that …"; undefined: it can. */
export function refusalOf(name: string): string | undefined {
  return REASONS.get(name.toLowerCase())
}
