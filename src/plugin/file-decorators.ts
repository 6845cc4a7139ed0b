import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ContentCoding } from '../http/content-coding.js'
import { attachment } from '../http/content-disposition.js'
import { parsePath } from '../http/request-target.js'
import type { RegistrationContext } from '../request/context.js'
import type { SourceRegistry } from '../request/source-registry.js'
import { handleRequest } from '../response/handle-request.js'
import { sendProblem } from '../response/problem-response.js'
import type { CacheOptions, SendOptions } from '../settings/options.js'
import { cacheControlField, checkSendOptions, type Settings } from '../settings/settings.js'
import { invalidSetting } from '../settings/validate.js'

declare module 'fastify' {
  interface FastifyReply {
    /** Sends a file of the root, or of another folder. Conditions and ranges of the request count. */
    sendFile(path: string, options?: SendOptions): FastifyReply
    sendFile(path: string, root?: string, options?: SendOptions): FastifyReply
    /** The same as an attachment that is saved under `name`, by default the file's own (RFC 6266). */
    download(path: string, options?: SendOptions): FastifyReply
    download(path: string, name?: string, options?: SendOptions): FastifyReply
  }
}

/** Adds `reply.sendFile` and `reply.download`. `defaults`: what a call does not say itself. */
export function decorateReply(
  fastify: FastifyInstance,
  context: RegistrationContext<Settings>,
  sources: SourceRegistry,
  defaults: CacheOptions,
): void {
  const { roots, source, preCompressed } = context.settings
  const hasOwn = roots.length > 0 || source !== undefined
  const sendPath = (
    reply: FastifyReply,
    path: string,
    options: SendOptions,
    codings: readonly ContentCoding[],
  ): FastifyReply => {
    const { root, signal, ...cache } = checkSendOptions(options)
    const key = parsePath(path)
    if (key === undefined)
      return sendProblem(reply, 403, 'The path leads out of the served folder.')
    if (root === undefined && !hasOwn) {
      throw invalidSetting('root', 'wants to be given here, since the registration has none', root)
    }
    const served = root === undefined ? sources.own : sources.forRoot(root)
    const cacheControl = cacheControlField({ ...defaults, ...cache })
    handleRequest(context, { key, served, cacheControl, codings, signal }, reply)
    return reply
  }

  type Second = string | SendOptions
  fastify.decorateReply('sendFile', function (path: string, root?: Second, more?: SendOptions) {
    const options = typeof root === 'string' ? { ...more, root } : { ...root, ...more }
    return sendPath(this, path, options, preCompressed)
  })
  fastify.decorateReply('download', function (path: string, name?: Second, more?: SendOptions) {
    this.header('content-disposition', attachment(typeof name === 'string' ? name : path))
    // What is saved is saved as it is.
    return sendPath(this, path, typeof name === 'string' ? { ...more } : { ...name, ...more }, [])
  })
}
