import { basename } from 'node:path'
import { mediaType } from '../../http/media-type.js'
import type { Facts } from '../byte-source.js'
import { entityTagOf, type FileIdentity } from './file-version.js'

/** What is told of a version of a file. One that is `fresh` can't be told from the next, and has no tag. */
export function fileMetadata(
  path: string,
  identity: FileIdentity,
  age: 'settled' | 'fresh',
): Facts & { readonly name: string } {
  const name = basename(path)
  return {
    name,
    contentType: mediaType(name),
    size: Number(identity.size),
    etag: age === 'settled' ? entityTagOf(identity) : undefined,
    lastModified: Number(identity.mtimeNs / NS_IN_MS),
  }
}

const NS_IN_MS = 1_000_000n
