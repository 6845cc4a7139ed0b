import type { FastifyReply } from 'fastify'
import { subtitleLanguage } from '../../companions/subtitle-names.js'
import { judgePreconditions } from '../../http/precondition.js'
import { refuse } from '../../response/problem-response.js'
import { type ByteSource, closeOpened } from '../../source/byte-source.js'
import type { Representation } from '../../source/representation.js'
import {
  convertSubtitles,
  MAX_SUBTITLES,
  type SubtitleFormat,
  subtitleFormat,
} from '../../subtitles/convert-subtitles.js'
import type { PageRouter } from '../page-router.js'
import { addKeyRoute, type KeyRequest } from './key-route.js'

export interface SubtitleRouteOptions {
  /** The path of the registration's own URLs, with a slash at its end. */
  readonly own: string
  readonly source: ByteSource
  readonly allows: (key: string, reply: FastifyReply) => boolean
}

/** Adds `subtitles/KEY`: a subtitle file in WebVTT, the one format that browsers show. */
export function addSubtitles(router: PageRouter, options: SubtitleRouteOptions): void {
  addKeyRoute(router, {
    path: `${options.own}subtitles/`,
    allows: options.allows,
    respond: (reply, request) => respond(reply, request, options),
  })
}

async function respond(
  reply: FastifyReply,
  { key, signal }: KeyRequest,
  { source }: SubtitleRouteOptions,
): Promise<FastifyReply> {
  const format = subtitleFormat(key)
  if (format === undefined) {
    return refuse(
      reply,
      404,
      'Only files with the extension .srt, .ass, .ssa or .vtt are subtitles.',
    )
  }
  const opened = await source.open(key, { method: 'GET' }, signal)
  try {
    signal.throwIfAborted()
    if (opened.kind !== 'representation') return refuse(reply, 404, 'No file has this path.')
    return await sendConverted(reply, opened.representation, { format, signal })
  } finally {
    await closeOpened(opened)
  }
}

async function sendConverted(
  reply: FastifyReply,
  representation: Representation,
  { format, signal }: { readonly format: SubtitleFormat; readonly signal: AbortSignal },
): Promise<FastifyReply> {
  const { name, size, etag, lastModified } = representation.facts
  if (size > MAX_SUBTITLES) {
    const limit = MAX_SUBTITLES.toLocaleString('en')
    const detail = `The file has ${size.toLocaleString('en')} bytes; subtitles of at most ${limit} bytes are converted.`
    return refuse(reply, 422, detail)
  }
  // Another representation of the same version has a tag of its own (RFC 9110 §8.8.3).
  const tag = etag === undefined ? undefined : etag.replace(/"$/, '-vtt"')
  const { method, headers } = reply.request.raw
  const validators = { etag: tag, lastModified }
  const judged = judgePreconditions(method ?? 'GET', headers, validators, Date.now())
  const fields = {
    ...(tag !== undefined && { etag: tag }),
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  }
  if (judged.kind === 'failed') return refuse(reply, 412, 'The file has another version.')
  if (judged.kind === 'not-modified') return reply.code(304).headers(fields).send()

  const bytes = await readAll(representation, signal)
  const converted = convertSubtitles(bytes, { format, language: subtitleLanguage(name) })
  if (converted.kind === 'malformed') return refuse(reply, 422, converted.reason)
  return reply
    .headers({ ...fields, 'content-type': 'text/vtt; charset=utf-8' })
    .send(converted.text)
}

/** Chunks are copied, since a source may use their buffer again. */
async function readAll(representation: Representation, signal: AbortSignal): Promise<Uint8Array> {
  const { size } = representation.facts
  const bytes = Buffer.alloc(size)
  let length = 0
  for await (const chunk of representation.read({ start: 0, end: size }, signal)) {
    bytes.set(chunk, length)
    length += chunk.byteLength
  }
  return bytes.subarray(0, length)
}
