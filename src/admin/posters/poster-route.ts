import type { FastifyReply } from 'fastify'
import {
  isPicture,
  isPosterOfFolder,
  picturesAmong,
  posterBeside,
  posterOfFolder,
} from '../../companions/poster-names.js'
import { judgePreconditions } from '../../http/precondition.js'
import { encodeKey } from '../../http/request-target.js'
import { upTo } from '../../pages/page.js'
import { hasCover } from '../../pages/posters.js'
import { refuse } from '../../response/problem-response.js'
import { type ByteSource, closeOpened } from '../../source/byte-source.js'
import type { Representation } from '../../source/representation.js'
import type { PageRouter } from '../page-router.js'
import { filesBeside, type SoughtFiles } from '../watch/files-beside.js'
import { addKeyRoute, type KeyRequest } from '../watch/key-route.js'
import { CoverStore } from './cover-store.js'

export interface PosterRouteOptions {
  /** The path of the registration's own URLs, with a slash at its end. */
  readonly own: string
  readonly source: ByteSource
  readonly allows: (key: string, reply: FastifyReply) => boolean
}

/**
 * Adds `posters/KEY`: the picture of a file or a folder. One beside a file, or in a folder, is redirected to, so that it
 * is sent as any file is; one within a file of sound or video is sent.
 */
export function addPosters(router: PageRouter, { own, source, allows }: PosterRouteOptions): void {
  const covers = new CoverStore()
  addKeyRoute(router, {
    path: `${own}posters/`,
    allows,
    respond: async (reply, request) => {
      const beside = await findPicture(reply, source, { ...request, allows })
      if (beside !== undefined) {
        const up = upTo(`-/posters/${encodeKey(request.key)}`)
        const location = up + encodeKey(beside)
        return reply.code(302).headers({ location, 'cache-control': 'no-cache' }).send()
      }
      if (/(^|\/)$/.test(request.key)) return sendNone(reply)
      if (!hasCover(request.key)) return refuse(reply, 404, 'Nothing with this path has a poster.')
      return sendCover(reply, source, { ...request, covers })
    },
  })
}

/** A browser reports a 404 as an error of the page, which can't know before what a folder or a file contains. */
function sendNone(reply: FastifyReply): FastifyReply {
  return reply.code(204).header('cache-control', 'no-cache').send()
}

/** The key of the picture beside a file or in a folder. */
async function findPicture(
  reply: FastifyReply,
  source: ByteSource,
  { key, signal, allows }: KeyRequest & Pick<SoughtFiles, 'allows'>,
): Promise<string | undefined> {
  const folder = key.slice(0, key.lastIndexOf('/') + 1)
  const name = key.slice(folder.length)
  const isWanted = (other: string) =>
    isPicture(other) &&
    (name === '' ? isPosterOfFolder(other) : posterBeside(name, picturesAmong([other])) === other)
  const files = await filesBeside(reply, source, { folder, signal, isWanted, allows })
  const pictures = picturesAmong(files.map((file) => file.name))
  const picture = name === '' ? posterOfFolder(pictures) : posterBeside(name, pictures)
  return picture === undefined ? undefined : folder + picture
}

async function sendCover(
  reply: FastifyReply,
  source: ByteSource,
  { key, signal, covers }: KeyRequest & { readonly covers: CoverStore },
): Promise<FastifyReply> {
  const opened = await source.open(key, { method: 'GET' }, signal)
  try {
    signal.throwIfAborted()
    if (opened.kind !== 'representation') return refuse(reply, 404, 'No file has this path.')
    const { representation } = opened
    const fields = fieldsOf(representation)
    const { method = 'GET', headers } = reply.request.raw
    const validators = {
      etag: fields.etag,
      lastModified: representation.facts.lastModified,
    }
    const judged = judgePreconditions(method, headers, validators, Date.now())
    if (judged.kind === 'failed') return refuse(reply, 412, 'The file has another version.')
    if (judged.kind === 'not-modified') return reply.code(304).headers(fields).send()
    const cover = await covers.find(key, representation, { address: reply.request.ip, signal })
    if (cover === undefined) return sendNone(reply)
    const { contentType, bytes } = cover
    return reply.headers({ ...fields, 'content-type': contentType }).send(Buffer.from(bytes))
  } finally {
    await closeOpened(opened)
  }
}

/** Another representation of the same version has a tag of its own (RFC 9110 §8.8.3). */
function fieldsOf({ facts: { etag } }: Pick<Representation, 'facts'>) {
  return {
    ...(etag !== undefined && { etag: etag.replace(/"$/, '-cover"') }),
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  }
}
