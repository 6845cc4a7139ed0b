import type { Check } from '../subject/check-definition.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { TlsTap } from './tls-tap.js'

/** Bytes of the body: more than an alert has, so that their lengths differ. */
const LENGTH = 512
/** ms that a server has to close a connection as it was asked to. */
const PATIENCE = 3000

export const tlsCloseNotify: Check = {
  id: 'tls-close-notify',
  group: 'ends',
  requirement: 'The server sends close_notify before it closes a TLS connection.',
  section: 'RFC 8446 §6.1, RFC 9112 §9.8',
  strength: 'MUST',
  harm: 'Programs on OpenSSL 3 report an unexpected EOF: Python, Ruby, PHP, curl; a cut by an attacker looks the same.',
  needs: ['tls', 'http/1.1'],
  cost: { requests: 1, bytes: 64 * 1024 },
  async run(subject) {
    const { size, facts } = subject
    if (!facts.isRanged || size < LENGTH) {
      return skipped(`the check needs a range of ${LENGTH} bytes`)
    }
    await using tap = await TlsTap.start(subject.url)
    const fields = { connection: 'close', range: `bytes=0-${LENGTH - 1}` }
    const request = { connection: 'new', endpoint: tap.endpoint, read: LENGTH } as const
    const exchange = await subject.send({ ...request, fields })
    if (exchange.end !== 'complete') return skipped('the body did not end with its length')
    const hasEnded = await tap.endsWithin(PATIENCE)
    if (!hasEnded) return skipped('the server keeps the connection open')
    if (tap.records.endsWithAlert) return PASSED
    return failed(exchange, 'a close_notify alert before the end', 'the end without an alert')
  },
}
