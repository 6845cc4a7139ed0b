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
  ...OF_A_BODY.map((name) => [name, 'no field that frames a body, since a GET has none'] as const),
  ...OF_THE_CONNECTION.map((name) => [name, 'no field that controls the connection'] as const),
  ...OF_THE_CLIENT.map((name) => [name, 'no field that the client sets to resume'] as const),
])

/** What is expected instead of a request field that a caller can't set; undefined: it can. */
export function expectedInsteadOf(name: string): string | undefined {
  return REASONS.get(name.toLowerCase())
}
