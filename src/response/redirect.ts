import type { FastifyReply } from 'fastify'
import { encodeBytes } from '../http/location.js'
import { localReference } from '../http/request-target.js'
import { forwardedPrefix } from '../request/forwarded-prefix.js'
import { mergeFields } from './header-fields.js'
import { writeFields } from './write-fields.js'

/**
 * Redirects to another path of this host, with a query, below the prefix of a proxy in front: `//host` and `/\host` would lead to another one. Other methods keep theirs (RFC 9110 §15.4.2, §15.4.9).
 *
 * @throws LastbyteError BAD_FIELD for a field of the application that can't be sent
 */
export function redirectTo(reply: FastifyReply, location: string): FastifyReply {
  const { method } = reply.request
  const application = mergeFields({}, reply.getHeaders())
  // Fastify sets the length for GET alone; a HEAD must not differ (RFC 9110 §9.3.2).
  writeFields(reply, { ...application, 'content-length': '0' })
  return reply.redirect(
    forwardedPrefix(reply.request) + encodeBytes(localReference(location)),
    method === 'GET' || method === 'HEAD' ? 301 : 308,
  )
}
