import { type ErrorCode, LastbyteError } from '../errors.js'

/** Header fields by lower-case name. */
type Fields = Readonly<Record<string, string | string[]>>

/**
 * An error that becomes an error status: a refusal such as 416, or the failure of a source such as 502.
 * Fastify's error handlers receive it. Its message can be sent to clients; the original error, which may
 * contain paths and host names, is its `cause`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { StatusError } from 'lastbyte'
 *
 * const app = Fastify()
 * app.setErrorHandler((error, _request, reply) => {
 *   if (!(error instanceof StatusError)) throw error
 *   return reply.code(error.statusCode).type('text/html').send(`<h1>${error.code}</h1>`)
 * })
 * await app.register(lastbyte, { root: 'media' })
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * const response = await fetch(`${url}/clip.mp4`, { headers: { range: 'bytes=999999999-' } })
 * assert.equal(response.status, 416)
 * assert.equal(await response.text(), '<h1>RANGE_NOT_SATISFIABLE</h1>')
 * assert.match(response.headers.get('content-range') ?? '', /^bytes \*\/\d+$/)
 * await app.close()
 * ```
 */
export class StatusError extends LastbyteError {
  /** The status of the response, 400 to 599. */
  readonly statusCode: number
  /**
   * The fields that the status requires, such as Content-Range, Allow or Retry-After. They are on the
   * reply when an error handler is called.
   */
  readonly headers: Fields

  /**
   * @param message for people; can be sent to clients
   * @param options `facts` and `cause` of the original error
   */
  constructor(
    code: ErrorCode,
    statusCode: number,
    message: string,
    headers: Fields = {},
    { facts = {}, ...options }: ErrorOptions & { facts?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(code, message, { ...facts, status: statusCode }, options)
    this.statusCode = statusCode
    this.headers = headers
  }
}
