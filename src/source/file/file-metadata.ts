import { basename } from 'node:path'
import { mediaType } from '../../http/media-type.js'
import type { Facts } from '../representation.js'
import { entityTagOf, type FileIdentity } from './file-version.js'

/**
 * The facts of one version of a file.
 *
 * @param age `fresh`: the next write may leave the same stat, so this version gets no entity tag
 */
export function fileMetadata(
  path: string,
  identity: FileIdentity,
  age: 'settled' | 'fresh',
  dateStrength: Facts['dateStrength'],
): Facts & { readonly name: string } {
  const name = basename(path)
  return {
    name,
    contentType: mediaType(name),
    size: Number(identity.size),
    etag: age === 'settled' ? entityTagOf(identity) : undefined,
    lastModified: Number(floorMs(identity.mtimeNs)),
    ...(dateStrength === undefined ? {} : { dateStrength }),
  }
}

const NS_IN_MS = 1_000_000n

/** Division of BigInts truncates: times before 1970 would round towards it. */
function floorMs(ns: bigint): bigint {
  return (ns - (((ns % NS_IN_MS) + NS_IN_MS) % NS_IN_MS)) / NS_IN_MS
}
