import type { FastifyReply } from 'fastify'
import { PROCESS_LISTINGS } from '../../request/listing-gate.js'
import type { ByteSource } from '../../source/byte-source.js'
import type { Entry } from '../../source/entry.js'

/** Which files of a folder are sought, for a client that may leave meanwhile. */
export interface SoughtFiles {
  /** The key of the folder, with a slash at its end unless it is empty. */
  readonly folder: string
  readonly signal: AbortSignal
  readonly isWanted: (name: string) => boolean
  /** Whether the application permits a request for the file with this key: a page tells no name of another one. */
  readonly allows: (key: string, reply: FastifyReply) => boolean
}

/** The files of a folder that pages have a use for. Folders are searched in turn with the listings of folders. */
export async function filesBeside(
  reply: FastifyReply,
  source: ByteSource,
  { folder, signal, isWanted, allows }: SoughtFiles,
): Promise<Entry[]> {
  if (source.list === undefined) return []
  const leave = await PROCESS_LISTINGS.enter(source, reply.request, signal)
  try {
    signal.throwIfAborted()
    const found = (await source.list(folder, signal, isWanted)) ?? []
    signal.throwIfAborted()
    return found.filter(({ name, kind }) => {
      return kind === 'file' && isWanted(name) && allows(folder + name, reply)
    })
  } finally {
    leave()
  }
}
