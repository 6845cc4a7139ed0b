import { ServerResponse } from 'node:http'
import type { ResponseHead } from '../fault/fault.js'
import type { Response } from './response-writer.js'

/** The methods of node:http and node:http2 alike that a head is edited by. */
interface HeadWriter {
  statusCode: number
  sendDate: boolean
  readonly headersSent: boolean
  getHeader(name: string): unknown
  hasHeader(name: string): boolean
  setHeader(name: string, value: string): unknown
  removeHeader(name: string): void
  writeHead(status: number, ...rest: unknown[]): unknown
}

/** Fields that Node adds to a response of HTTP/1.1, unless they are removed. */
const ADDED = new Set(['connection', 'transfer-encoding'])

/** Fields that an HTTP/2 response can't have (RFC 9113 §8.2.2): Node ignores them with a warning. */
const OF_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
])

/**
 * Calls `edit` with the header section of a response directly before Node writes it. The end of the body
 * stays visible to the client, however its length is announced then: without Content-Length the body is
 * chunked, without Transfer-Encoding as well it ends with the connection, and so does one that is shorter
 * than announced.
 */
export function editHead(
  response: Response,
  edit: (head: ResponseHead, status: number) => void,
): void {
  const writer = response as unknown as HeadWriter
  const { writeHead } = writer
  const isHttp1 = response instanceof ServerResponse
  writer.writeHead = (status, ...rest) => {
    // Node throws for a second head.
    if (writer.headersSent) return writeHead.call(writer, status, ...rest)
    for (const fields of rest) {
      if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) continue
      for (const [name, value] of Object.entries(fields)) writer.setHeader(name, value)
    }
    const before = lengthOf(writer)
    edit(isHttp1 ? headOf1(writer) : headOf2(writer), status)
    if (isHttp1) keepEndVisible(response, before)
    return writeHead.call(writer, status, ...rest.filter((each) => typeof each === 'string'))
  }
}

function headOf1(writer: HeadWriter): ResponseHead {
  return {
    has: (name) =>
      writer.hasHeader(name) || ADDED.has(name) || (name === 'date' && writer.sendDate),
    set: (name, value) => void writer.setHeader(name, value),
    remove(name) {
      writer.removeHeader(name)
      // Node throws for a Trailer field where the body is not chunked.
      if (name === 'transfer-encoding') writer.removeHeader('trailer')
    },
  }
}

function headOf2(writer: HeadWriter): ResponseHead {
  return {
    has: (name) => writer.hasHeader(name) || (name === 'date' && writer.sendDate),
    set: (name, value) => void (OF_CONNECTION.has(name) || writer.setHeader(name, value)),
    remove: (name) => writer.removeHeader(name),
  }
}

/** The announced length; undefined if there is none. */
function lengthOf(writer: HeadWriter): number | undefined {
  const length = writer.getHeader('content-length')
  return length === undefined ? undefined : Number(length)
}

/** @param before the length that was announced before the edit */
function keepEndVisible(response: ServerResponse, before: number | undefined): void {
  const after = lengthOf(response)
  if (after === undefined || response.hasHeader('transfer-encoding')) return
  // Node throws for a Trailer field beside a Content-Length.
  response.removeHeader('trailer')
  // A client would wait for the missing bytes for as long as the connection is open.
  if (before === undefined || !(after <= before)) response.shouldKeepAlive = false
}
