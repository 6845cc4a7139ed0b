import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AccessControl, AccessVerdict } from '../access/access-control.js'
import { accessCookies } from '../access/access-cookie.js'
import { type AccessSubject, subjectOf } from '../access/access-subject.js'
import { cookiePaths } from '../access/cookie-paths.js'
import { type Grant, grantedVersions, grantsPath } from '../access/grant.js'
import { hasOtherParameters } from '../access/judge-signature.js'
import { canonicalPath } from '../access/signature.js'
import { splitTarget } from '../http/request-target.js'
import { setGrant } from '../request/access-grant.js'
import { forwardedPrefix } from '../request/forwarded-prefix.js'
import { guardFields } from '../response/guard-fields.js'
import { refuse } from '../response/problem-response.js'
import { bodyFraming } from '../response/request-body.js'
import { isWithin, type UrlSpace } from '../response/url-space.js'
import { isOfHost } from './host-constraint.js'
import { dropCredentials, dropOverrides, requireVersions } from './judged-request.js'

/** The URLs that a guard judges, and by what. */
export interface GuardedUrls {
  readonly control: AccessControl
  readonly space: UrlSpace
  /** Whether URLs below `-/` are those of pages and of the server. */
  readonly hasOwn: boolean
  /** The host of the registration's routes. Default: any. */
  readonly host: string | RegExp | undefined
  /** Whether the source forwards the query and the fields of requests to another server. */
  readonly forwards: boolean
}

/** Judges the requests within the URLs of one registration. */
export class AccessGuard {
  /** Requests are judged once, by a hook or by their route. */
  readonly #judged = new WeakMap<FastifyRequest, Promise<boolean>>()

  constructor(private readonly urls: GuardedUrls) {}

  get depth(): number {
    return this.urls.space.segments.length
  }

  /** Whether the URL of a request is one of them, whatever exists there. */
  contains(request: FastifyRequest): boolean {
    const { space, host } = this.urls
    return isWithin(space, request.raw.url ?? '') && isOfHost(request, host)
  }

  /** Whether the request is permitted; if it is not, the response has been sent. */
  permit(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const known = this.#judged.get(request)
    if (known !== undefined) return known
    const judging = this.#judge(request, reply)
    this.#judged.set(request, judging)
    return judging
  }

  async #judge(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const { control, space, hasOwn, forwards } = this.urls
    const url = request.raw.url ?? ''
    const path = canonicalPath(url, space.syntax)
    const subject = subjectOf(path, { depth: this.depth, hasOwn })
    const query = splitTarget(url, space.syntax).query.slice(1)
    const { authorization, cookie } = request.headers
    const verdict = await control.judge({
      method: request.method,
      subject,
      query,
      authorization,
      cookie,
      address: request.ip,
    })
    guardFields(reply)
    if (verdict.kind === 'refused') {
      refuseAccess(reply, verdict)
      return false
    }
    const { grant } = verdict
    if (grant.kind === 'signed' && forwards && isMore(request, query)) {
      const detail = 'The signature of this link does not permit further parameters, or a body.'
      refuse(reply, 403, detail, NO_STORE)
      return false
    }
    const prefix = prefixOf(path, this.depth)
    setGrant(request, {
      permits: (key) =>
        grant.kind === 'public' ? control.isPublic(key) : grantsPath(grant, prefix + key),
    })
    if (subject.kind === 'file' && !this.#apply(grant, { subject, prefix, reply })) return false
    if (forwards) dropCredentials(request, control)
    if (forwards && grant.kind !== 'everything') dropOverrides(request)
    return true
  }

  /** Does what a permission for a file requires; false: the response has been sent. */
  #apply(
    grant: Grant,
    { subject, prefix, reply }: { subject: FileSubject; prefix: string; reply: FastifyReply },
  ): boolean {
    const { request } = reply
    if (grant.kind !== 'signed') return true
    // The URL of a page has the signature, which other servers and logs must not learn from Referer.
    reply.header('referrer-policy', 'no-referrer')
    const { fresh } = grant
    const isUsedAgain = subject.shownBy === 'page' || fresh?.scope.endsWith('/') === true
    if (fresh !== undefined && isUsedAgain) {
      const received = splitTarget(request.raw.url ?? '', this.urls.space.syntax).path
      const removed = forwardedPrefix(request)
      const paths = cookiePaths({ scope: fresh.scope, prefix, removed, received })
      const place = { paths, isSecure: request.protocol === 'https', now: Date.now() }
      reply.header('set-cookie', accessCookies(fresh, place))
    }
    const versions = grantedVersions(grant, subject.path)
    if (versions === undefined || subject.shownBy !== 'itself') return true
    if (requireVersions(request, versions)) return true
    refuse(reply, 412, 'The link is for another version of the file.', NO_STORE)
    return false
  }
}

/** Whether the other server may send another file by what no signature covers: another query, or a body. */
function isMore(request: FastifyRequest, query: string): boolean {
  return hasOtherParameters(query) || bodyFraming(request) !== undefined
}

type FileSubject = Extract<AccessSubject, { kind: 'file' }>

const NO_STORE = { 'cache-control': 'no-store' }

/** The canonical path of the folder of all files. */
function prefixOf(path = '/', depth: number): string {
  const segments = path.slice(1).split('/').slice(0, depth)
  return segments.length === 0 ? '/' : `/${segments.join('/')}/`
}

function refuseAccess(
  reply: FastifyReply,
  { status, detail, challenges }: Extract<AccessVerdict, { kind: 'refused' }>,
): void {
  refuse(reply, status, detail, {
    ...NO_STORE,
    ...(challenges.length > 0 && { 'www-authenticate': [...challenges] }),
    ...(status === 503 && { 'retry-after': '1' }),
  })
}

const GUARDS = Symbol('lastbyte.accessGuards')

type WithGuards = Partial<Record<typeof GUARDS, AccessGuard[]>>

/**
 * Makes a guard judge all requests within its URLs, also those without a route: the innermost of all guards of the
 * application judges, so that one who may use an outer registration learns nothing of an inner one.
 *
 * The hook runs after those of onRequest: cross-origin preflights, which have no credentials, have had their response
 * from @fastify/cors by then, and refused requests count for @fastify/rate-limit, whichever was registered first.
 *
 * @param root the instance of the whole application
 */
export function addAccessGuard(
  fastify: FastifyInstance,
  root: FastifyInstance,
  guard: AccessGuard,
): void {
  const known = (root as WithGuards)[GUARDS]
  const guards = known ?? []
  if (known === undefined) root.decorate(GUARDS, guards)
  guards.push(guard)
  for (const instance of new Set([fastify, root])) {
    instance.addHook('preParsing', (request, reply, _payload, done) => {
      permitAll(innermost(guards, request), request, reply, done)
    })
  }
}

/** The hook of a guard for the routes of its registration, whatever the router takes for their URLs. */
export function accessHook(guard: AccessGuard) {
  return (
    request: FastifyRequest,
    reply: FastifyReply,
    _payload: unknown,
    done: (error?: Error) => void,
  ): void => permitAll([guard], request, reply, done)
}

function innermost(guards: readonly AccessGuard[], request: FastifyRequest): AccessGuard[] {
  const containing = guards.filter((guard) => guard.contains(request))
  const depth = Math.max(...containing.map((guard) => guard.depth))
  return containing.filter((guard) => guard.depth === depth)
}

/**
 * Whether a request is permitted, for a handler that runs before the hook of the guards; if it is not, the response has
 * been sent.
 */
export function permitsAccess(
  fastify: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  return judgeAll(innermost((fastify as WithGuards)[GUARDS] ?? [], request), request, reply)
}

async function judgeAll(
  guards: readonly AccessGuard[],
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  if (guards.length > 0 && isAnsweredPreflight(request, reply)) {
    reply.code(204).send()
    return false
  }
  for (const guard of guards) {
    if (!(await guard.permit(request, reply))) return false
  }
  return true
}

function permitAll(
  guards: readonly AccessGuard[],
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  if (guards.length === 0) {
    done()
    return
  }
  judgeAll(guards, request, reply).then(
    (isPermitted) => {
      if (isPermitted) done()
    },
    (error) => done(error as Error),
  )
}

/** Whether a plugin for CORS has permitted a preflight, and has left the response to others. */
export function isAnsweredPreflight(
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
): boolean {
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false
  return reply.hasHeader('access-control-allow-origin')
}
