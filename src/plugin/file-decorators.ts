import type { FastifyInstance, FastifyReply } from 'fastify'
import { attachment } from '../http/content-disposition.js'
import { judgeTarget, parsePath } from '../http/request-target.js'
import type { RegistrationContext } from '../request/context.js'
import type { ServedSource, SourceRegistry } from '../request/source-registry.js'
import { handleRequest } from '../response/handle-request.js'
import { refuse } from '../response/problem-response.js'
import { redirectTo } from '../response/redirect.js'
import { settleFiles } from '../settings/file-options.js'
import { readSendOptions, type SendOptions } from '../settings/send-options.js'
import type { Settings } from '../settings/settings.js'
import { absolutePath, type Dotfiles } from '../source/file/file-root.js'
import { invalidSetting } from '../validation/option-error.js'

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Sends a file of the root, or of another folder. Preconditions and ranges of the request and
     * `allowedPath` apply. Sends an error status where the file can't be sent.
     *
     * @throws LastbyteError BAD_SETTING for an option, or a root that is no folder
     */
    sendFile(path: string, options?: SendOptions): FastifyReply
    sendFile(path: string, root?: string, options?: SendOptions): FastifyReply
    /**
     * Sends a file as an attachment that is saved as `name`, by default the file's own (RFC 6266).
     *
     * @throws LastbyteError BAD_SETTING for an option, or a root that is no folder
     */
    download(path: string, options?: SendOptions): FastifyReply
    download(path: string, name?: string, options?: SendOptions): FastifyReply
  }
}

/** The parsed arguments of `sendFile` and `download`. */
interface FileCall {
  readonly path: string
  readonly options: SendOptions
  readonly disposition?: string
}

/** Adds `reply.sendFile` and `reply.download`. */
export function decorateReply(
  fastify: FastifyInstance,
  context: RegistrationContext<Settings>,
  sources: SourceRegistry,
): void {
  const { settings } = context
  const hasOwn = settings.roots.length > 0 || settings.source !== undefined
  const warned = new Set<string>()
  const read = (reply: FastifyReply, ...given: unknown[]): Readonly<SendOptions> => {
    const ignore = (option: string) => {
      if (warned.has(option)) return
      warned.add(option)
      reply.log.warn(
        { option },
        'option of sendFile or download ignored: set it in the registration',
      )
    }
    return Object.assign({}, ...given.map((options) => readSendOptions(options, ignore)))
  }
  const sourceFor = (root: string | undefined, dotfiles: Dotfiles): ServedSource => {
    if (root !== undefined) return sources.forRoots([root], dotfiles)
    const isOwn = settings.roots.length === 0 || dotfiles === settings.dotfiles
    return isOwn ? sources.own : sources.forRoots(settings.roots, dotfiles)
  }
  const send = (reply: FastifyReply, call: FileCall): FastifyReply => {
    const { path, options, disposition } = call
    const { root: given, signal, ...own } = options
    const folder = given === undefined ? undefined : absolutePath(given)
    const judged = judgeTarget(reply.request.raw.url ?? '', path, context.syntax)
    // An error page is sent for any target, also for one that was refused.
    const isErrorPage = reply.statusCode >= 400
    if (judged.kind === 'malformed' && !isErrorPage) return refuse(reply, 403, judged.reason)
    if (judged.kind === 'dotted' && !isErrorPage) return redirectTo(reply, judged.location)
    const key = parsePath(path)
    if (key === undefined) {
      return refuse(reply, 403, 'The path leads out of the served folder.')
    }
    if (folder === undefined && !hasOwn) {
      const message = 'expected a folder in this call, since the registration has none'
      throw invalidSetting('root', message, given)
    }
    const files = isEmpty(own) ? settings : settleFiles(settings.files, own)
    const served = sourceFor(folder, files.dotfiles)
    // A download is saved without its Content-Encoding, so none is selected.
    const codings = disposition === undefined ? files.preCompressed : []
    const root = folder ?? settings.roots[0]
    const requested = { key, served, root, settings: files, codings, disposition, signal }
    handleRequest(context, requested, reply)
    return reply
  }

  // Not typed by SendOptions: @fastify/static declares methods of the same names, and `read` validates them.
  fastify.decorateReply('sendFile', function (path: string, root?: unknown, more?: unknown) {
    const own = typeof root === 'string' ? { root } : root
    return send(this, { path, options: read(this, own, more) })
  })
  fastify.decorateReply('download', function (path: string, name?: unknown, more?: unknown) {
    const own = typeof name === 'string' ? undefined : name
    const disposition = attachment(typeof name === 'string' ? name : path)
    return send(this, { path, options: read(this, own, more), disposition })
  })
}

function isEmpty(options: object): boolean {
  for (const _name in options) return false
  return true
}
