import { DateHistory } from './date-history.js'
import { DescriptorCache } from './descriptor-cache.js'
import { FileIndex } from './file-index.js'
import { LeaseBreaks } from './read-lease.js'

/** The caches behind a file source. Entries of different roots do not collide. */
export interface FileCaches {
  /** Open descriptors. */
  readonly descriptors: DescriptorCache
  /** Facts and small contents. */
  readonly entries: FileIndex
  /** Versions whose dates have been sent. */
  readonly dates: DateHistory
  /** Files that are not leased for a while. */
  readonly breaks: LeaseBreaks
}

/**
 * The caches that all file sources of the process share, so that descriptors and memory have one bound
 * however many roots are served: 256 open files and 128 MiB of contents. See docs/decisions/0020-process-wide-caches.md.
 */
export const PROCESS_CACHES: FileCaches = {
  descriptors: new DescriptorCache(),
  entries: new FileIndex(),
  dates: new DateHistory(),
  breaks: new LeaseBreaks(),
}

/**
 * The caches of a registration: those of the process, with an index of its own where it has a bound for contents.
 *
 * @param contentCache bytes; undefined: the bound of the process
 */
export function fileCaches(contentCache: number | undefined): FileCaches {
  if (contentCache === undefined) return PROCESS_CACHES
  return { ...PROCESS_CACHES, entries: new FileIndex(contentCache) }
}
