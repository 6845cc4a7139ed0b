import { DateHistory } from './date-history.js'
import { DescriptorCache } from './descriptor-cache.js'
import { type FileCacheEntries, fileCacheEntries } from './file-cache.js'
import { LeaseBreaks } from './read-lease.js'

/** The caches behind a file source. Entries of different roots do not collide. */
export interface FileCaches {
  /** Open descriptors. */
  readonly descriptors: DescriptorCache
  /** Facts and small contents. */
  readonly entries: FileCacheEntries
  /** Versions whose dates have been sent. */
  readonly dates: DateHistory
  /** Files that are not leased for a while. */
  readonly breaks: LeaseBreaks
}

/**
 * The caches that all file sources of the process share, so that descriptors and memory have one bound
 * however many roots are served: 256 open files and 128 MiB. See docs/decisions/0020-process-wide-caches.md.
 */
export const PROCESS_CACHES: FileCaches = {
  descriptors: new DescriptorCache(),
  entries: fileCacheEntries(),
  dates: new DateHistory(),
  breaks: new LeaseBreaks(),
}
