import type { Representation } from '../../source/representation.js'
import { BoundedReader } from './bounded-reader.js'
import { pictureType } from './picture-type.js'
import { SourceTokenizer } from './source-tokenizer.js'

/** bytes of the largest cover, and of all that is read to find one. */
export const MAX_COVER = 8 * 1024 * 1024
const MAX_READ = 16 * 1024 * 1024

/** A picture within a file of sound or video. */
export interface Cover {
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** The member of a parsed picture that selects it, as `Cover (front)`. */
interface ParsedPicture {
  readonly type?: string
  readonly data: Uint8Array
}

/** Ends the parser when it has found what is wanted: the rest of the file needs no reading. */
const FOUND = new Error('found')

/**
 * Reads the cover of a file of sound or video: its front cover, else its first picture. undefined if it has none, or
 * can't be parsed within the bounds.
 *
 * @throws the signal's reason
 */
export async function readCover(
  representation: Pick<Representation, 'facts' | 'read'>,
  signal: AbortSignal,
): Promise<Cover | undefined> {
  const reader = new BoundedReader(representation, MAX_READ, signal)
  const tokenizer = new SourceTokenizer(reader, representation.facts.name, MAX_COVER)
  const pictures: ParsedPicture[] = []
  try {
    // Loaded when the first cover is sought: a server without covers does without it.
    const { parseFromTokenizer } = await import('music-metadata')
    await parseFromTokenizer(tokenizer, {
      duration: false,
      skipPostHeaders: true,
      mkvUseIndex: true,
      observer: ({ tag }) => {
        if (tag.id !== 'picture') return
        const picture = tag.value as unknown as ParsedPicture
        pictures.push(picture)
        if (isFront(picture)) throw FOUND
      },
    })
  } catch {
    // Malformed, of another format than its name says, or beyond the bounds: what was found until then counts.
    signal.throwIfAborted()
  }
  const picture = pictures.find(isFront) ?? pictures[0]
  if (picture === undefined || picture.data.byteLength > MAX_COVER) return undefined
  const contentType = pictureType(picture.data)
  return contentType === undefined ? undefined : { contentType, bytes: picture.data }
}

function isFront({ type }: ParsedPicture): boolean {
  return type === undefined || /front/i.test(type)
}
