import type { FastifyBaseLogger } from 'fastify'
import pino from 'pino'
import { printableText } from '../printable-text.js'

/** A record of a response that failed for a reason that its client isn't told. */
interface Failure {
  readonly path?: string
  readonly err?: { readonly message?: string }
}

/** A logger that prints one line for each failure: such as an origin that is down, or whose certificate isn't trusted. */
export function failureLog(out: Pick<NodeJS.WriteStream, 'write'>): FastifyBaseLogger {
  const write = (line: string) => {
    const { path, err } = JSON.parse(line) as Failure
    if (err?.message === undefined) return
    const subject = path === undefined ? '' : `${path}: `
    out.write(`lastbyte: ${printableText(subject + err.message)}\n`)
  }
  // The serializer of pino adds the message of the cause, which ours have already.
  const serializers = { err: ({ message }: Error) => ({ message }) }
  return pino({ level: 'error', base: null, timestamp: false, serializers }, { write })
}
