import type { FastifyInstance, FastifyReply } from 'fastify'
import { mayOpen } from '../request/access-grant.js'
import type { RegistrationContext } from '../request/context.js'
import type { SourceRegistry } from '../request/source-registry.js'
import { handleRequest } from '../response/handle-request.js'
import { isAllowed } from '../response/is-allowed.js'
import type { Settings } from '../settings/settings.js'
import { readZipCall, type ZipEntry, type ZipReplyOptions } from '../settings/zip-reply-options.js'
import { invalidSetting } from '../validation/option-error.js'

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Sends files and folders of the registration as one ZIP file, with a length, an ETag and ranges. `allowedPath`
     * applies to each file. 404 where an entry leads to no file.
     *
     * @param entries paths below the root, or what the archive names them; a folder has all that a listing shows
     * @throws LastbyteError BAD_SETTING for an entry or an option
     */
    zip(entries: readonly (string | ZipEntry)[], options?: ZipReplyOptions): FastifyReply
  }
}

/** Adds `reply.zip`. */
export function decorateZip(
  fastify: FastifyInstance,
  context: RegistrationContext<Settings>,
  sources: SourceRegistry,
): void {
  const { settings } = context
  const hasOwn = settings.roots.length > 0 || settings.source !== undefined
  const [root] = settings.roots
  fastify.decorateReply('zip', function (this: FastifyReply, entries: unknown, options: unknown) {
    const { name, selections, signal } = readZipCall(entries, options)
    if (!hasOwn) {
      throw invalidSetting('root', 'expected a folder or a source of the registration', undefined)
    }
    handleRequest(
      context,
      {
        key: name,
        served: sources.own,
        root,
        settings,
        codings: [],
        archive: { name, selections },
        allows: (key) =>
          isFolder(key) || (mayOpen(this, key) && isAllowed(settings, { key, root }, this)),
        signal,
      },
      this,
    )
    return this
  })
}

/** Folders of an archive are chosen by the application. */
function isFolder(key: string): boolean {
  return key === '' || key.endsWith('/')
}
