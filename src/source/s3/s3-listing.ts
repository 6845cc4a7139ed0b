import { parsePath } from '../../http/request-target.js'
import type { Entry } from '../byte-source.js'
import type { S3Client } from './s3-client.js'

/** Names of one folder that are listed at most; a bucket may hold millions. */
export const MOST_ENTRIES = 10_000
/** Names of one answer, which is what stores give at most. */
const PAGE = 1000

/** What stands directly below a key, page after page. Names that no URL could ask for are left out. */
export async function listBucket(
  store: S3Client,
  key: string,
  signal: AbortSignal,
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
    for (const { Key = '', Size = 0, LastModified } of Contents) {
      const lastModified = LastModified?.getTime() ?? 0
      entries.push({ name: Key.slice(Prefix.length), kind: 'file', size: Size, lastModified })
    }
    after = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (after !== undefined && entries.length < MOST_ENTRIES)
  return entries
    .filter(({ name }) => name !== '' && parsePath(name) === name)
    .slice(0, MOST_ENTRIES)
}
