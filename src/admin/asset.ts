import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { judgePreconditions } from '../http/precondition.js'
import { refuse } from '../response/problem-response.js'

/** A file that pages load. */
export interface Asset {
  readonly contentType: string
  readonly bytes: Buffer
  /** Of the content: processes and restarts of the same version have the same one. */
  readonly etag: string
}

export function assetOf(contentType: string, bytes: Buffer): Asset {
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
  return { contentType, bytes, etag: `"${digest}"` }
}

/** Sends an asset, or 304 where the browser has it: a page asks for each of its assets whenever it is opened. */
export function sendAsset(reply: FastifyReply, { contentType, bytes, etag }: Asset): FastifyReply {
  const { method = 'GET', headers } = reply.request.raw
  const validators = { etag, lastModified: undefined }
  const judged = judgePreconditions(method, headers, validators, Date.now())
  if (judged.kind === 'failed') return refuse(reply, 412, 'The file has another version.')
  reply.headers({ etag, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
  if (judged.kind === 'not-modified') return reply.code(304).send()
  return reply.type(contentType).send(bytes)
}
