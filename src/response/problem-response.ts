import type { FastifyReply } from 'fastify'
import { prefersPage } from '../http/prefers-page.js'
import { splitTarget } from '../http/request-target.js'
import { StatusError } from '../http/status-error.js'
import { printableText } from '../printable-text.js'
import { type HeaderFields, mergeFields, withoutRepresentation } from './header-fields.js'
import { pageSpaceOf } from './page-spaces.js'
import type { ProblemResponse } from './prepared-response.js'
import {
  type Problem,
  problemBytes,
  problemFields,
  problemForError,
  publicError,
  statusError,
} from './problem.js'
import { problemForm, varyByAccept } from './problem-form.js'
import {
  clearIfUnsendable,
  passError,
  releaseReply,
  replaceDefaultNotFound,
} from './reply-state.js'
import { dropUnsendable, writeFields } from './write-fields.js'

/**
 * An error response. It keeps the fields that the application has set, except for those that describe a
 * representation and those that can't be sent.
 *
 * @param error what error handlers receive. Default: a StatusError of the problem
 */
export function problemResponse(
  reply: FastifyReply,
  problem: Problem,
  error?: unknown,
): ProblemResponse {
  dropUnsendable(reply)
  const { status, detail, fields: required = {} } = problem
  const application = withoutRepresentation(mergeFields({}, reply.getHeaders()))
  const bytes = problemBytes(problem)
  const all = { ...application, ...problemFields(bytes), ...required }
  return { kind: 'problem', status, detail, fields: all, required, bytes, error }
}

/** The error response for an error before the header section. */
export function failureResponse(reply: FastifyReply, error: unknown): ProblemResponse {
  // The field that can't be sent would make the error response fail as well.
  clearIfUnsendable(reply, error)
  const problem = problemForError(error)
  return problemResponse(reply, problem, publicError(error, problem))
}

/**
 * Sends an error response: the error handlers of the application receive the error, with the status and
 * the fields on the reply. The problem details are sent where no handler responds.
 */
export function sendProblemResponse(reply: FastifyReply, problem: ProblemResponse): FastifyReply {
  const { status, detail, required, isInjected } = problem
  if (isInjected) return renderProblem(reply, problem)
  const error = problem.error ?? statusError({ status, detail, fields: required })
  releaseReply(reply)
  const { 'content-type': _type, 'content-length': _length, ...fields } = problem.fields
  // Not by `reply.code`, which would keep a handler's redirect from being a 302, and its failure a 500.
  reply.raw.statusCode = status
  writeFields(reply, fields)
  return passError(reply, error, () => {
    // An error handler may have set its own value before it threw the error again.
    const cacheControl = reply.getHeader('cache-control') ?? 'no-store'
    const kept = { ...problem.fields, 'cache-control': String(cacheControl) }
    renderProblem(reply, { ...problem, fields: kept })
  })
}

/**
 * Refuses a request: the error handlers of the application receive a StatusError.
 *
 * @param fields the fields that the status requires
 */
export function refuse(
  reply: FastifyReply,
  status: number,
  detail: string,
  fields: HeaderFields = {},
): FastifyReply {
  return sendProblemResponse(reply, problemResponse(reply, { status, detail, fields }))
}

/** Sends the error response for an error before the header section, by the error handlers. */
export function sendFailure(reply: FastifyReply, error: unknown): FastifyReply {
  return sendProblemResponse(reply, failureResponse(reply, error))
}

/** Sends the 404 of the application's not-found handler. */
export function sendNotFound(reply: FastifyReply): FastifyReply {
  releaseReply(reply)
  // The server of a reply is that of its not-found handler later, which may be of an outer scope.
  const space = pageSpaceOf(reply)
  if (space !== undefined) {
    replaceDefaultNotFound(reply, () => {
      const isPage = prefersPage(reply.request.raw.headers)
      if (isPage) renderProblem(reply, problemResponse(reply, { status: 404 }), space)
      else writeFields(reply, { vary: varyByAccept(reply) })
      return isPage
    })
  }
  reply.callNotFound()
  return reply
}

/**
 * Sends problem details, without the error handlers: for the pages of the server and its error handler.
 *
 * @param fields the fields that the status requires
 */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  detail?: string,
  fields: HeaderFields = {},
): FastifyReply {
  const problem = problemResponse(reply, { status, detail, fields })
  logProblem(reply, problem)
  return renderProblem(reply, problem)
}

/** The error handler of the server: sends problem details for any error. */
export function sendProblemForError(reply: FastifyReply, error: unknown): FastifyReply {
  clearIfUnsendable(reply, error)
  const { status, detail, fields } = problemForError(error)
  // Of a source, the original error is logged already.
  if (status >= 500 && !(error instanceof StatusError)) {
    reply.log.error({ err: error }, 'failed before the header section')
  }
  return sendProblem(reply, status, detail, fields)
}

function renderProblem(
  reply: FastifyReply,
  problem: ProblemResponse,
  space = pageSpaceOf(reply),
): FastifyReply {
  const { fields, bytes } = problemForm(reply, problem, space)
  // Fastify sets the length after the onSend hooks, which may replace the payload.
  const { 'content-length': _length, ...others } = fields
  writeFields(reply.code(problem.status), others)
  return reply.send(bytes)
}

/** Logs one line for an error status. The query is omitted, since it may contain secrets. */
function logProblem(reply: FastifyReply, { status, detail }: ProblemResponse): void {
  const { method, raw } = reply.request
  const path = printableText(splitTarget(raw.url ?? '').path)
  reply.log.info({ method, path, status, detail }, 'refused')
}
