import type { BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { namesMember } from '../../http/chain-tag.js'
import { loadBindings } from '../../native/bindings.js'
import type { ByteSource, Opened } from '../byte-source.js'
import { DescriptorCache } from '../file/descriptor-cache.js'
import { FileOpener } from '../file/file-opener.js'
import { FileRepresentation } from '../file/file-representation.js'
import { type Dotfiles, FileRoot, hasDotfile } from '../file/file-root.js'
import { OpenFile } from '../file/open-file.js'
import { writerCheck } from '../file/open-writers.js'
import { type StatJudge, SYSTEM_CLOCK } from '../file/settled-stat.js'
import { FinishedRepresentation } from './finished-representation.js'
import { describeEntries } from './list-live.js'
import { type ChainState, fileId, LiveChains, RECORDS_NAME, recordsFolder } from './live-chains.js'
import { hasMarker } from './live-growth.js'
import { LiveRepresentation } from './live-representation.js'

export interface LiveSourceOptions {
  /** Folders in the order in which a key is looked up. */
  readonly roots: readonly string[]
  readonly dotfiles: Dotfiles
  /** What is added to the name of a file for that of a file that marks it as live. */
  readonly markers: readonly string[]
  /** The folder of the records. Default: one in each root. */
  readonly state?: string | undefined
  /** Called where the records can't be written, so that chains end with the process. */
  readonly onMemory: (folder: string) => void
}

/** A root, and the chains of its files. */
interface LiveRoot {
  readonly root: FileRoot
  readonly chains: LiveChains
}

/** A file of a root. */
interface FoundFile extends LiveRoot {
  readonly path: string
  readonly stat: BigIntStats
}

/** An age at which each stat is settled: the bytes of a live file are compared with their digests instead. */
const SETTLED_AGE = 3_600_000

/** Files that are kept open between two requests. */
const MOST_OPEN = 16

/** A source of files that serves those with a marker as live: they grow, and are finished when it is gone. */
export function liveSource(files: ByteSource, options: LiveSourceOptions): ByteSource {
  const { roots: paths, dotfiles, state, onMemory } = options
  const judge: StatJudge = { clock: SYSTEM_CLOCK, writers: writerCheck(loadBindings()) }
  const clock = { now: () => SYSTEM_CLOCK.now() + SETTLED_AGE, wait: SYSTEM_CLOCK.wait }
  const opener = new FileOpener({
    descriptors: new DescriptorCache(MOST_OPEN),
    dateStrength: () => 'shared',
    judge: { clock, writers: () => 'none' },
    cache: undefined,
    isAppendOnly: () => false,
    leaseOf: () => undefined,
  })
  const roots = paths.map((path): LiveRoot => {
    const root = new FileRoot(path, 'awaited')
    const idAt = async (key: string) => {
      const path = root.pathOf(key)
      const found = path && (await stat(path, { bigint: true }).catch(() => undefined))
      return found ? fileId(found) : undefined
    }
    const folder = state ?? recordsFolder(root.path)
    return { root, chains: new LiveChains(folder, judge, idAt, onMemory) }
  })
  const isHidden = (key: string) => dotfiles !== 'allow' && hasDotfile(key)

  return {
    ...files,
    // Whether a file is live can't be told by its stat.
    cached: () => undefined,

    ...(files.list && {
      async list(key, signal, isWanted = () => true, most) {
        // The names of records are those of files that a client may not have.
        const isListed = (name: string) => isWanted(name) && !isRecord(key + name)
        // Each file may have all markers beside it, which are not listed.
        const found = most && most * (1 + options.markers.length)
        const entries = (await files.list?.(key, signal, isListed, found)) ?? []
        const known = new Map<LiveChains, ReadonlySet<string>>()
        for (const { chains } of roots) known.set(chains, await chains.ids())
        const hasRecords = [...known.values()].some((ids) => ids.size > 0)
        return describeEntries(entries, options.markers, async (name) => {
          signal.throwIfAborted()
          const file = hasRecords ? await findFile(roots, key + name) : undefined
          if (file === undefined) return undefined
          const id = fileId(file.stat)
          return known.get(file.chains)?.has(id)
            ? file.chains.find({ id, key: key + name }, false)
            : undefined
        })
      },
    }),

    async open(key, request, signal) {
      if (isRecord(key)) return { kind: 'absent' }
      const found = isHidden(key) ? undefined : await findFile(roots, key)
      if (found === undefined) return files.open(key, request, signal)
      const markers = options.markers.map((marker) => found.path + marker)
      const file = { id: fileId(found.stat), key }
      for (;;) {
        const isLive = await hasMarker(markers)
        const state = await found.chains.find(file, isLive)
        if (state === undefined) return files.open(key, request, signal)
        if (state.kind === 'finished') {
          return openFinished(await files.open(key, request, signal), state)
        }
        const { chain } = state
        const opened = await opener.open(found.root, key, request, signal)
        const open = opened.kind === 'representation' ? opened.representation.file : undefined
        if (!(open instanceof OpenFile)) return opened
        let isUsed = false
        try {
          // It was replaced since its stat.
          if (fileId(open.version) !== file.id) return await files.open(key, request, signal)
          const isKnown = namesMember(request.fields ?? {}, chain.tag)
          const mustCompare = await chain.mustCompare(open.facts.size, isKnown)
          if (mustCompare && !(await chain.holds(open))) continue
          // Its version is recorded, so that a later request finds it finished.
          if (!isLive) chain.finish(open).catch(() => {})
          isUsed = true
          const representation = new LiveRepresentation(open, chain, markers)
          return { kind: 'representation', representation }
        } finally {
          if (!isUsed) await open.release()
        }
      }
    },
  }
}

/** The file of the first root that has one; undefined where there is none, or something else. */
async function findFile(roots: readonly LiveRoot[], key: string): Promise<FoundFile | undefined> {
  for (const { root, chains } of roots) {
    const path = root.pathOf(key)
    if (path === undefined || path.endsWith('/')) continue
    const found = await stat(path, { bigint: true }).catch(() => undefined)
    if (found === undefined) continue
    return found.isFile() ? { root, chains, path, stat: found } : undefined
  }
  return undefined
}

/** A file that has been finished keeps its tag, unless it was changed since. */
async function openFinished(
  opened: Opened,
  { record, forget }: Extract<ChainState, { kind: 'finished' }>,
): Promise<Opened> {
  if (opened.kind !== 'representation') return opened
  const { representation } = opened
  const { etag } = representation.facts
  if (representation instanceof FileRepresentation && etag === record.entityTag) {
    return {
      kind: 'representation',
      representation: new FinishedRepresentation(representation, record),
    }
  }
  // Without a tag it was changed just now, and its version can't be told yet.
  if (etag !== undefined) await forget()
  return opened
}

/** Whether a key is that of the folder of the records, or of one in it. */
function isRecord(key: string): boolean {
  return key === RECORDS_NAME || key.startsWith(`${RECORDS_NAME}/`)
}
