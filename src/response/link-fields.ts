import type { FastifyReply } from 'fastify'
import { metalinkLinks, mirrorUrls } from '../http/metalink-links.js'
import { metalinkQuery, signatureOnly } from '../http/metalink-query.js'
import { splitTarget } from '../http/request-target.js'
import type { RegistrationContext } from '../request/context.js'
import type { RequestedFile } from '../request/exchange.js'
import type { Settings } from '../settings/settings.js'

/**
 * The Link fields of the response with the file that a URL names (RFC 6249); undefined where it has none.
 *
 * @param key of the file that is sent: that of the URL, or an index
 */
export function linksOf(
  { settings, syntax }: Pick<RegistrationContext<Settings>, 'settings' | 'syntax'>,
  { metalink }: Pick<RequestedFile, 'metalink'>,
  key: string,
  reply: FastifyReply,
): readonly string[] | undefined {
  if (settings.metalink === undefined || metalink !== 'by-query') return undefined
  const { query } = splitTarget(reply.request.raw.url ?? '', syntax)
  const mirrors = mirrorUrls(settings.metalink.mirrors, key, signatureOnly(query))
  return metalinkLinks(metalinkQuery(query), mirrors)
}
