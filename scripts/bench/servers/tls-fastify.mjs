import { readFileSync } from 'node:fs'
import fastify from 'fastify'
import { CIPHERS, certificateIn } from './tls-certificate.mjs'

/**
 * A Fastify application over TLS.
 *
 * @param folder of the certificate
 * @param protocol `https` for HTTP/1.1 alone, or `http2`
 */
export function secureFastify(folder, protocol) {
  const { cert, key } = certificateIn(folder)
  const https = { cert: readFileSync(cert), key: readFileSync(key), ciphers: CIPHERS }
  return protocol === 'http2'
    ? fastify({ logger: false, http2: true, https: { ...https, allowHTTP1: true } })
    : fastify({ logger: false, https })
}
