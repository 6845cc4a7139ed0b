import { createHash, randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { open, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder } from '../../native/create-folder.js'

/** A segment: consecutive records of one epoch, in one file. */
export interface Segment {
  readonly claim: number
  /** The number of its first event. */
  readonly first: number
  /** The tag of its epoch: the stream may be removed and begun anew with the same numbers. */
  readonly tag: string
  readonly name: string
}

/** The names in the folder of a stream. */
export interface FolderEntries {
  /** The numbers of the claims, ascending. */
  readonly claims: readonly number[]
  /** By claim, then by the number of the first event. */
  readonly segments: readonly Segment[]
}

/** The folder of a stream: a file for each claim, and the segments. Names come from the numbers alone. */
export class StreamFolder {
  readonly path: string

  /** @param key may be any text: the folder's name is its hash */
  constructor(root: string, key: string) {
    this.path = join(root, createHash('sha256').update(key).digest('hex').slice(0, 40))
  }

  at(name: string): string {
    return join(this.path, name)
  }

  claimName(claim: number): string {
    return `c${padded(claim, 9)}`
  }

  claimPath(claim: number): string {
    return this.at(this.claimName(claim))
  }

  segment(claim: number, first: number, tag: string): Segment {
    return { claim, first, tag, name: `s${padded(claim, 9)}-${padded(first, 15)}-${tag}` }
  }

  async create(): Promise<void> {
    await createFolder(this.path)
  }

  /** undefined where there is no such folder. */
  async entries(): Promise<FolderEntries | undefined> {
    const names = await orAbsent(readdir(this.path))
    if (names === undefined) return undefined
    const claims: number[] = []
    const segments: Segment[] = []
    for (const name of names.sort()) {
      const [, claim, first, tag] = /^s(\d{9})-(\d{15})-([\w-]{8})$/.exec(name) ?? []
      if (tag !== undefined) {
        segments.push({ claim: Number(claim), first: Number(first), tag, name })
      } else if (/^c\d{9}$/.test(name)) claims.push(Number(name.slice(1)))
    }
    return { claims, segments }
  }

  /**
   * Whether no claim has followed that of a segment. Whatever was read from it before is valid then: later claims
   * count it in. Claims are removed in ascending order, so that the next one is missing after this one only.
   * Synchronous: the system knows these names, and three turns in the thread pool take 20 times as long.
   */
  isLatest({ claim, name }: Segment): boolean {
    if (exists(this.claimPath(claim + 1))) return false
    // The claim may be that of another stream of this key, begun after this one was removed.
    return exists(this.claimPath(claim)) && exists(this.at(name))
  }

  /** Creates a claim, unless there is one of this number. */
  async createClaim(claim: number, owner: string): Promise<'created' | 'taken' | 'absent'> {
    try {
      await writeFile(this.claimPath(claim), owner, { flag: 'wx', mode: 0o600 })
      return 'created'
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') return 'taken'
      if (code === 'ENOENT') return 'absent'
      throw error
    }
  }

  /** Shows that the producer of a claim is alive. */
  async touchClaim(claim: number): Promise<void> {
    const now = new Date()
    await orAbsent(utimes(this.claimPath(claim), now, now))
  }

  /** Creates a segment with its header: others see the whole header, or no segment. */
  async createSegment(segment: Segment, header: Buffer, sync: 'sync' | 'no sync'): Promise<void> {
    const scratch = this.at(`t${randomBytes(8).toString('hex')}`)
    try {
      const handle = await open(scratch, 'wx', 0o600)
      try {
        await handle.writeFile(header)
        if (sync === 'sync') await handle.datasync()
      } finally {
        await handle.close()
      }
      await rename(scratch, this.at(segment.name))
    } catch (error) {
      // A disk that is full must not be filled by attempts.
      await rm(scratch, { force: true }).catch(() => {})
      throw error
    }
    if (sync === 'sync') await syncFolder(this.path)
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) await rm(this.at(name), { force: true })
  }
}

/** Removes a folder such that nobody sees a part of it. */
export async function removeFolder(path: string): Promise<void> {
  const away = `${path}.${randomBytes(6).toString('hex')}.removed`
  if ((await orAbsent(rename(path, away).then(() => true))) === undefined) return
  await rm(away, { recursive: true, force: true })
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

/** undefined where there is no such file. */
export async function orAbsent<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0')
}
