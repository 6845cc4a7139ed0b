import { open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { Slice } from '../../http/byte-range.js'
import type { DigestValue } from '../../http/digest-value.js'
import type { Validator } from '../../resume/judge-response.js'

/** What is known of a download that is not whole: enough for another process to go on with it. */
export interface Sidecar {
  readonly url: string
  readonly validator: Validator
  /** Bytes of the whole. */
  readonly size: number
  /** What is on the disk for certain: sorted, apart from each other. */
  readonly held: readonly Slice[]
  readonly ranges?: string | undefined
  readonly digest?: DigestValue | undefined
}

/** The version of the format. Another one is not read. */
const FORMAT = 1
/** The URL may be signed: nobody else's business. */
const MODE = 0o600

/** Removes a sidecar, and what a process that was killed had begun of one. */
export async function removeSidecar(path: string): Promise<void> {
  await rm(path, { force: true })
  await rm(`${path}.new`, { force: true })
}

/** Reads a sidecar; undefined where there is none, or none that can be trusted for this URL. */
export async function readSidecar(path: string, url: string): Promise<Sidecar | undefined> {
  try {
    const { format, ...sidecar } = JSON.parse(await readFile(path, 'utf8'))
    return format === FORMAT && sidecar.url === url && isSound(sidecar) ? sidecar : undefined
  } catch {
    return undefined
  }
}

/** Writes the first sidecar, which says that nothing is held: without it there is nothing to lose. */
export async function beginSidecar(path: string, sidecar: Sidecar): Promise<void> {
  await writeFile(path, textOf(sidecar), { mode: MODE })
}

/**
 * Writes a sidecar so that there is always a whole one: beside it, synced, then renamed over it.
 * What it says is held must have been synced before.
 */
export async function writeSidecar(path: string, sidecar: Sidecar): Promise<void> {
  const beside = `${path}.new`
  const file = await open(beside, 'w', MODE)
  try {
    await file.writeFile(textOf(sidecar))
    await file.datasync()
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  } finally {
    await file.close()
  }
  await rename(beside, path)
}

function textOf(sidecar: Sidecar): string {
  return JSON.stringify({ format: FORMAT, ...sidecar })
}

function isSound({ validator, size, held }: Sidecar): boolean {
  const isResumable =
    validator?.kind === 'strong' || validator?.kind === 'date' || validator?.kind === 'weak'
  return (
    isResumable &&
    Number.isSafeInteger(size) &&
    Array.isArray(held) &&
    held.every(
      ({ start, end }, index) =>
        Number.isSafeInteger(start) &&
        Number.isSafeInteger(end) &&
        (held[index - 1]?.end ?? -1) < start &&
        start < end &&
        end <= size,
    )
  )
}
