import { type Capability, loadBindings } from '../../native/bindings.js'
import { reportMissingBindings } from '../../native/report-loss.js'
import type { ByteSource, Opened } from '../byte-source.js'
import type { Entry } from '../entry.js'
import { type AppendPolicy, appendOnlyCheck } from './append-only.js'
import type { DateStrength } from './date-history.js'
import { FileCache } from './file-cache.js'
import { listFolder } from './file-listing.js'
import { FileOpener } from './file-opener.js'
import { deferredProbe, type FileProbe, PORTABLE_PROBE } from './file-probe.js'
import { type Dotfiles, FileRoot, hasDotfile, type MissingRoot } from './file-root.js'
import { FilesystemTypes } from './filesystem-type.js'
import { NativeProbe } from './native-probe.js'
import { REFUSED } from './open-error.js'
import { writerCheck } from './open-writers.js'
import { type FileCaches, PROCESS_CACHES } from './process-caches.js'
import { leaseFactory } from './read-lease.js'
import { type FileClock, SYSTEM_CLOCK } from './settled-stat.js'

export interface FileSourceOptions {
  /** Folders in the order in which a key is looked up. */
  readonly roots: readonly string[]
  readonly dotfiles: Dotfiles
  /** Default `refused`. */
  readonly missing?: MissingRoot
  /** Default `enforced`. */
  readonly appends?: AppendPolicy
  /** The clock that decides whether a file is fresh. Default: the system's. */
  readonly clock?: FileClock
  /** Default: those that all sources of the process share. */
  readonly caches?: FileCaches
}

/**
 * Serves the files of one or more folders. With several roots, the first that has a key serves it, and
 * facts are not cached.
 *
 * @throws LastbyteError BAD_SETTING if a root cannot be read
 */
export function fileSource({
  roots: paths,
  dotfiles,
  missing = 'refused',
  appends = 'enforced',
  clock = SYSTEM_CLOCK,
  caches = PROCESS_CACHES,
}: FileSourceOptions): ByteSource {
  const capability = loadBindings()
  reportMissingBindings(capability)
  const roots = paths.map((path) => new FileRoot(path, missing))
  const [first, ...others] = roots
  // By the first root, whichever has the file: the key is the same in all.
  const dateStrength: DateStrength = (key, identity) =>
    caches.dates.strengthOf(first?.idOf(key) ?? key, identity)
  const cache =
    first !== undefined && others.length === 0
      ? new FileCache(
          first,
          caches.entries,
          probeOf(first, clock, capability),
          undefined,
          dateStrength,
        )
      : undefined
  const opener = new FileOpener({
    descriptors: caches.descriptors,
    judge: { clock, writers: writerCheck(capability) },
    cache,
    dateStrength,
    isAppendOnly: appendOnlyCheck(appends, capability),
    leaseOf: leaseFactory(capability, caches.breaks),
  })
  for (const root of roots) {
    root.onMove(() => {
      caches.descriptors.forget(root)
      cache?.forget()
    })
  }
  const filesystems = new FilesystemTypes()
  const isHidden = (key: string) => dotfiles !== 'allow' && hasDotfile(key)

  return {
    async open(key, request, signal) {
      if (isHidden(key)) return dotfiles === 'deny' ? REFUSED.dotfile : { kind: 'absent' }
      let opened: Opened = { kind: 'absent' }
      for (const root of roots) {
        opened = await opener.open(root, key, request, signal)
        if (opened.kind !== 'absent') break
      }
      return opened
    },

    cached: (key) => (isHidden(key) ? undefined : cache?.find(key)),

    async list(key, signal, isWanted = () => true) {
      const entries = new Map<string, Entry>()
      for (const root of roots) {
        const path = root.pathOf(key)
        if (path === undefined) continue
        const isWithinRoot = (real: string) => root.contains(real)
        const isListed = (name: string) =>
          isWanted(name) && !isHidden(key + name) && !entries.has(name)
        const rules = { isWithinRoot, isListed, filesystems }
        for (const entry of await listFolder(path, rules, signal)) {
          entries.set(entry.name, entry)
        }
      }
      return [...entries.values()]
    },
  }
}

/** The native probe where the bindings load and the root is on local storage. */
function probeOf(root: FileRoot, clock: FileClock, capability: Capability): FileProbe {
  if (capability.kind === 'none') return PORTABLE_PROBE
  if (!root.isFound) {
    return deferredProbe(() => (root.isFound ? probeOf(root, clock, capability) : undefined))
  }
  return NativeProbe.forRoot(root.path, capability.calls, clock) ?? PORTABLE_PROBE
}
