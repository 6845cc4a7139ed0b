import type { FastifyReply } from 'fastify'
import { printableText } from '../http/printable-text.js'
import { splitTarget } from '../http/request-target.js'
import { type HeaderFields, mergeFields, withoutRepresentation } from './header-fields.js'
import type { ProblemResponse } from './prepared-response.js'
import { type Problem, problemBytes, problemFields, problemForError } from './problem.js'
import { clearFields, dropUnsendable, writeFields } from './write-fields.js'

/**
 * An error response. It keeps the fields that the application has set, except for those that describe a
 * representation and those that can't be sent.
 */
export function problemResponse(reply: FastifyReply, problem: Problem): ProblemResponse {
  dropUnsendable(reply)
  const { status, detail, fields } = problem
  const application = withoutRepresentation(mergeFields({}, reply.getHeaders()))
  const bytes = problemBytes(problem)
  const all = { ...application, ...fields, ...problemFields(bytes) }
  return { kind: 'problem', status, detail, fields: all, bytes }
}

/** The error response for an error before the header section. */
export function failureResponse(reply: FastifyReply, error: unknown): ProblemResponse {
  // The field that can't be sent would make the error response fail as well.
  if (isUnsendable(error)) clearFields(reply)
  return problemResponse(reply, problemForError(error))
}

/** Logs and sends a prepared error response. */
export function sendProblemResponse(reply: FastifyReply, problem: ProblemResponse): FastifyReply {
  const { status, bytes } = problem
  // Fastify sets the length after the onSend hooks, which may replace the payload.
  const { 'content-length': _length, ...fields } = problem.fields
  logProblem(reply, problem)
  writeFields(reply.code(status), fields)
  return reply.send(bytes)
}

/**
 * Sends problem details.
 *
 * @param fields the fields that the status requires
 */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  detail?: string,
  fields: HeaderFields = {},
): FastifyReply {
  return sendProblemResponse(reply, problemResponse(reply, { status, detail, fields }))
}

/** Sends the error response for an error before the header section. */
export function sendFailure(reply: FastifyReply, error: unknown): FastifyReply {
  return sendProblemResponse(reply, failureResponse(reply, error))
}

/** Logs one line for an error status. The query is omitted, since it may contain secrets. */
export function logProblem(
  reply: FastifyReply,
  { status, detail }: Pick<ProblemResponse, 'status' | 'detail'>,
): void {
  const { method, raw } = reply.request
  const path = printableText(splitTarget(raw.url ?? '').path)
  reply.log.info({ method, path, status, detail }, 'refused')
}

/** Codes of the errors that node:http throws for header fields which can't be sent. */
const UNSENDABLE: ReadonlySet<unknown> = new Set([
  'ERR_INVALID_CHAR',
  'ERR_HTTP_INVALID_HEADER_VALUE',
  'ERR_HTTP_TRAILER_INVALID',
])

function isUnsendable(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return UNSENDABLE.has(code)
}
