import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ContentCoding } from '../http/content-coding.js'
import { attachment } from '../http/content-disposition.js'
import { parsePath } from '../http/request-target.js'
import type { RegistrationContext } from '../request/context.js'
import type { SourceRegistry } from '../request/source-registry.js'
import { handleRequest } from '../response/handle-request.js'
import { sendProblem } from '../response/problem-response.js'
import { type CacheOptions, cacheControlField } from '../settings/cache-control.js'
import { readSendOptions, type SendOptions } from '../settings/send-options.js'
import type { Settings } from '../settings/settings.js'
import { invalidSetting } from '../validation/option-error.js'

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Sends a file of the root, or of another folder. Preconditions and ranges of the request and
     * `allowedPath` apply. Sends an error status where the file can't be sent.
     *
     * @throws LastbyteError BAD_SETTING for an option, or a root that can't be read
     */
    sendFile(path: string, options?: SendOptions): FastifyReply
    sendFile(path: string, root?: string, options?: SendOptions): FastifyReply
    /**
     * Sends a file as an attachment that is saved as `name`, by default the file's own (RFC 6266).
     *
     * @throws LastbyteError BAD_SETTING for an option, or a root that can't be read
     */
    download(path: string, options?: SendOptions): FastifyReply
    download(path: string, name?: string, options?: SendOptions): FastifyReply
  }
}

/** The parsed arguments of `sendFile` and `download`. */
interface FileCall {
  readonly path: string
  readonly options: SendOptions
  readonly codings: readonly ContentCoding[]
  readonly disposition?: string
}

/** Adds `reply.sendFile` and `reply.download`. `defaults`: the cache options of the registration. */
export function decorateReply(
  fastify: FastifyInstance,
  context: RegistrationContext<Settings>,
  sources: SourceRegistry,
  defaults: CacheOptions,
): void {
  const { roots, source, preCompressed } = context.settings
  const hasOwn = roots.length > 0 || source !== undefined
  const send = (reply: FastifyReply, call: FileCall): FastifyReply => {
    const { path, options, codings, disposition } = call
    const { root = roots[0], signal, ...cache } = options
    const key = parsePath(path)
    if (key === undefined) {
      return sendProblem(reply, 403, 'The path leads out of the served folder.')
    }
    if (options.root === undefined && !hasOwn) {
      const message = 'expected a folder in this call, since the registration has none'
      throw invalidSetting('root', message, options.root)
    }
    const served = options.root === undefined ? sources.own : sources.forRoot(options.root)
    const cacheControl = cacheControlField({ ...defaults, ...cache })
    const requested = { key, served, root, cacheControl, disposition, codings, signal }
    handleRequest(context, requested, reply)
    return reply
  }

  type Second = string | SendOptions
  fastify.decorateReply('sendFile', function (path: string, root?: Second, more?: SendOptions) {
    const own = typeof root === 'string' ? { root } : root
    const options = { ...readSendOptions(own), ...readSendOptions(more) }
    return send(this, { path, options, codings: preCompressed })
  })
  fastify.decorateReply('download', function (path: string, name?: Second, more?: SendOptions) {
    const own = typeof name === 'string' ? undefined : name
    const options = { ...readSendOptions(own), ...readSendOptions(more) }
    const disposition = attachment(typeof name === 'string' ? name : path)
    // A download is saved without its Content-Encoding, so none is selected.
    return send(this, { path, options, codings: [], disposition })
  })
}
