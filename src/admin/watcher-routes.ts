import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
} from 'fastify'
import { PROBLEM_TYPE, problem } from '../http/problem.js'
import { printableText } from '../printable-text.js'
import { guardFields } from '../response/guard-fields.js'
import { type Permission, permits, sendsToken } from './authorize.js'
import { chosenForm } from './chosen-form.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether a browser gets the page without data where its request has no permission. */
    lastbytePage?: true
  }
}

/**
 * Adds routes for people who watch a server, and may break its responses: only requests with the permission reach them.
 * A page is no secret: without data it is sent to everybody, since a browser can't send a token when it opens a URL.
 */
export async function watcherRoutes(
  app: FastifyInstance,
  permission: Permission,
  addRoutes: (scope: FastifyInstance) => void,
): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRequest', watcherHook(permission))
    scope.setReplySerializer(watcherJson)
    addRoutes(scope)
  })
}

/** JSON of paths and fields of requests, which are read on terminals. */
export function watcherJson(payload: unknown): string {
  return printableText(JSON.stringify(payload))
}

/** The hook of these routes, for one that is to be in the scope of its application, whose later hooks apply to it. */
export function watcherHook(permission: Permission): onRequestAsyncHookHandler {
  return async (request, reply) => {
    guardFields(reply)
    const isPage = request.routeOptions.config.lastbytePage === true && wantsPage(request)
    const refusal = permits(request.raw, permission)
    if (refusal !== undefined && !(isPage && !sendsToken(request.headers.authorization))) {
      if (refusal.status === 401) reply.header('www-authenticate', 'Bearer')
      return refuseWatcher(reply, refusal.status, refusal.detail)
    }
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
    return undefined
  }
}

/** Refuses a request with problem details, whose characters no terminal acts on. */
export function refuseWatcher(
  reply: FastifyReply,
  status: number,
  detail?: string,
  members: object = {},
): FastifyReply {
  const text = printableText(JSON.stringify({ ...problem(status, detail), ...members }))
  const fields = { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' }
  return reply.code(status).headers(fields).send(Buffer.from(text))
}

function wantsPage({ method, headers }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && chosenForm(headers.accept) === 'page'
}
