import type { FastifyInstance } from 'fastify'
import { AccessControl } from '../access/access-control.js'
import { rootInstance } from '../request/fastify-internals.js'
import { urlSpace } from '../response/url-space.js'
import type { Settings } from '../settings/settings.js'
import type { ByteSource } from '../source/byte-source.js'
import { AccessGuard, addAccessGuard } from './access-guard.js'

/**
 * The decorator of an application whose URLs are all guarded by the access of its registration, also those beside the
 * prefix: a server of its own, whose metrics and probes are there.
 */
export const GUARDS_ALL = Symbol('lastbyte.guardsAll')

/**
 * Guards the URLs of a registration with the option `access`; undefined without.
 *
 * @throws LastbyteError BAD_SETTING for a file that can't be read, and a line that is malformed
 */
export async function guardAccess(
  fastify: FastifyInstance,
  { access, prefix, pages, constraints }: Settings,
  source: Pick<ByteSource, 'paths'>,
): Promise<AccessGuard | undefined> {
  if (access === undefined) return undefined
  const control = await AccessControl.open(access, (facts, why) => {
    fastify.log.error(facts, `file of access not used, its earlier entries stay: ${why}`)
  })
  const root = rootInstance(fastify)
  const forwards = source.paths === 'as-received'
  const host = constraints?.host as string | RegExp | undefined
  const shared = { control, host, forwards }
  const space = urlSpace(fastify, prefix)
  const guard = new AccessGuard({ ...shared, space, hasOwn: pages !== false })
  addAccessGuard(fastify, root, guard)
  if (root.hasDecorator(GUARDS_ALL) && space.segments.length > 0) {
    const all = { ...shared, space: urlSpace(root, '/'), hasOwn: true }
    addAccessGuard(root, root, new AccessGuard(all))
  }
  return guard
}
