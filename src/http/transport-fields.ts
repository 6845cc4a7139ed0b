/** Fields that frame the body of a request. A GET has none. */
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

const REASONS = new Map([
  ...OF_A_BODY.map((name) => [name, 'no field that frames a body, since a GET has none'] as const),
  ...OF_THE_CONNECTION.map((name) => [name, 'no field that controls the connection'] as const),
])

/** What is expected instead of a field that the transport of a GET sets; undefined for other fields. */
export function expectedOfTransport(name: string): string | undefined {
  return REASONS.get(name.toLowerCase())
}
