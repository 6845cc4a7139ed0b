import { parsePath } from '../../http/request-target.js'
import type { Entry } from '../entry.js'
import type { S3Client } from './s3-client.js'

/** The longest listing of one folder where the caller names no other: a bucket may have millions of objects. */
export const MOST_ENTRIES = 10_000
/** Names of one response, the most that stores send. */
const PAGE = 1000

/** The entries directly below a key, from all pages. Names that no URL can have are left out. */
export async function listBucket(
  store: S3Client,
  key: string,
  signal: AbortSignal,
  most = MOST_ENTRIES,
): Promise<Entry[]> {
  const entries: Entry[] = []
  let after: string | undefined
  do {
    const page = await store.list(key, { most: PAGE, after }, signal)
    const { Prefix = '', CommonPrefixes = [], Contents = [] } = page
    for (const { Prefix: folder = '' } of CommonPrefixes) {
      const name = folder.slice(Prefix.length, -1)
      entries.push({ name, kind: 'directory', size: 0, lastModified: 0 })
    }
    for (const { Key = '', Size = 0, LastModified, ETag: etag } of Contents) {
      const lastModified = LastModified?.getTime() ?? 0
      entries.push({ name: Key.slice(Prefix.length), kind: 'file', size: Size, lastModified, etag })
    }
    after = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (after !== undefined && entries.length < most)
  return entries.filter(({ name }) => name !== '' && parsePath(name) === name).slice(0, most)
}
