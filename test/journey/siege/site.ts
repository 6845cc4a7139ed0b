import { createHash } from 'node:crypto'
import { closeSync, ftruncateSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Folder, pattern } from '../../fixture/files.js'
import type { SeededDraw } from '../chaos/seeded-draw.js'

/** Bytes of a file that never changes, and of one that does. */
const STABLE_SIZE = 32_000_000
const CHANGING_SIZE = 6_000_000
/** Bytes that a writer writes at once; it may rest after each. */
const PIECE = 1_000_000
/** The names in the folder that is listed. */
const NAMES = 20_000

export const STABLE = ['stable-0', 'stable-1', 'stable-2'] as const
export const CHANGING = ['replaced', 'rewritten', 'truncated'] as const

export type SiteFile = (typeof STABLE)[number] | (typeof CHANGING)[number]

/**
 * The served folder, and the writers that change some of its files. Each content that a file ever has is
 * known by its SHA-256 before it is written, also those between two writes of one version.
 */
export class Site implements Disposable {
  readonly folder = new Folder()
  readonly #versions = new Map<SiteFile, Set<string>>()
  readonly #contents = new Map<SiteFile, Buffer>()
  #seed: number

  constructor(seed: number) {
    this.#seed = seed
    for (const name of STABLE) this.#create(name, STABLE_SIZE)
    for (const name of CHANGING) this.#create(name, CHANGING_SIZE)
    mkdirSync(this.folder.at('names'))
    for (let each = 0; each < NAMES; each += 1)
      closeSync(openSync(this.folder.at(`names/${each}`), 'w'))
    // No block is used: only the digest of so many zeros takes hours.
    const sparse = openSync(this.folder.at('sparse'), 'w')
    ftruncateSync(sparse, 2 ** 40)
    closeSync(sparse)
  }

  /** Whether these bytes are one whole content that the file has had. */
  hasHad(name: SiteFile, bytes: Uint8Array): boolean {
    return this.#versions.get(name)?.has(sha256(bytes)) === true
  }

  /** Changes files until the signal. */
  async change(draw: SeededDraw, signal: AbortSignal): Promise<void> {
    const writers = [
      () => this.#replace('replaced'),
      () => this.#rewrite('rewritten', draw),
      () => this.#rewrite('truncated', draw, 'from empty'),
    ]
    await Promise.all(
      writers.map(async (write) => {
        while (!signal.aborted) {
          await write()
          await pause(draw.between(200, 3_000))
        }
      }),
    )
  }

  #create(name: SiteFile, size: number): void {
    const content = this.#draw(size)
    this.#remember(name, content)
    this.folder.write(name, content)
  }

  #draw(size: number): Buffer {
    this.#seed += 1
    return pattern(size, this.#seed)
  }

  #remember(name: SiteFile, content: Buffer): void {
    const versions = this.#versions.get(name) ?? new Set()
    versions.add(sha256(content))
    this.#versions.set(name, versions)
    this.#contents.set(name, content)
  }

  /** As a careful program does: a new file takes the name of the old one. */
  #replace(name: SiteFile): void {
    const content = this.#draw(CHANGING_SIZE)
    this.#remember(name, content)
    renameSync(this.folder.write(`${name}.new`, content), this.folder.at(name))
  }

  /** As a careless program does: the bytes of the file change while clients read it. */
  async #rewrite(name: SiteFile, draw: SeededDraw, how: 'over' | 'from empty' = 'over') {
    const content = this.#draw(CHANGING_SIZE)
    let now = this.#contents.get(name) ?? Buffer.alloc(0)
    const descriptor = openSync(this.folder.at(name), 'r+')
    try {
      if (how === 'from empty') {
        now = Buffer.alloc(0)
        this.#remember(name, now)
        ftruncateSync(descriptor, 0)
      }
      for (let at = 0; at < content.length; at += PIECE) {
        const piece = content.subarray(at, at + PIECE)
        now = Buffer.concat([now.subarray(0, at), piece, now.subarray(at + PIECE)])
        this.#remember(name, now)
        writeSync(descriptor, piece, 0, piece.length, at)
        if (draw.chance(0.3)) await pause(draw.between(1, 400))
      }
    } finally {
      closeSync(descriptor)
    }
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]()
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
