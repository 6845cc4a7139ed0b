import { parsePath } from '../../http/request-target.js'
import type { Entry } from '../entry.js'
import type { S3Client } from './s3-client.js'

/** The longest listing of one folder where the caller names no other: a bucket may have millions of objects. */
export const MOST_ENTRIES = 10_000
/** Names of one response, the most that stores send. */
const PAGE = 1000

/** Which entries are listed. */
export interface ListedObjects {
  /** There may be more where there are as many. */
  readonly most?: number | undefined
  /** Whether a name is listed. Default: all are. */
  readonly isListed?: ((name: string) => boolean) | undefined
}

/** The entries directly below a key, from all pages. Names that no URL can have are left out. */
export async function listBucket(
  store: S3Client,
  key: string,
  signal: AbortSignal,
  { most = MOST_ENTRIES, isListed = () => true }: ListedObjects = {},
): Promise<Entry[]> {
  const entries: Entry[] = []
  const add = (entry: Entry) => {
    const { name } = entry
    if (name !== '' && parsePath(name) === name && isListed(name)) entries.push(entry)
  }
  let after: string | undefined
  do {
    const page = await store.list(key, { most: PAGE, after }, signal)
    const { Prefix = '', CommonPrefixes = [], Contents = [] } = page
    for (const { Prefix: folder = '' } of CommonPrefixes) {
      const name = folder.slice(Prefix.length, -1)
      add({ name, kind: 'directory', size: 0, lastModified: 0 })
    }
    for (const { Key = '', Size = 0, LastModified, ETag: etag } of Contents) {
      const lastModified = LastModified?.getTime() ?? 0
      add({ name: Key.slice(Prefix.length), kind: 'file', size: Size, lastModified, etag })
    }
    after = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (after !== undefined && entries.length < most)
  return entries.slice(0, most)
}
