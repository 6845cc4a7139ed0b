import type { Algorithm } from '../../http/digest-fields.js'
import type { DigestValue } from '../../http/digest-value.js'
import type { Version } from '../pinned-version.js'
import { requireDigest } from '../platform/hash.js'
import type { PartFile } from './part-file.js'
import { RunningDigest } from './running-digest.js'
import { verifyFile } from './verify-file.js'

/** Bytes of a file for which a thread is started. A smaller one is read again in the time that it takes to start. */
const LEAST_SIZE = 32 * 1024 * 1024

/** Compares the bytes of a part file with digests. Those that are known at the start are computed while it is written. */
export class Verification {
  #running: RunningDigest | undefined

  /** @param order whether each byte is written once; `any`: several connections may write the same one */
  constructor(
    private readonly part: Pick<PartFile, 'descriptor' | 'slices' | 'read'>,
    private readonly checksum: DigestValue | undefined,
    private readonly order: 'once' | 'any',
  ) {}

  /** To be called before bytes of a version are written into the part file. Earlier ones of it are read too. */
  async begin({ size = 0, digest }: Pick<Version, 'size' | 'digest'>): Promise<void> {
    await this.stop()
    const expected = [digest, this.checksum].filter((each) => each !== undefined)
    if (expected.length === 0 || size < LEAST_SIZE || this.order === 'any') return
    const algorithms = new Set<Algorithm>(expected.map(({ algorithm }) => algorithm))
    this.#running = await RunningDigest.start(this.part.descriptor, [...algorithms])
  }

  /** To be called when bytes have been written. */
  advance(): void {
    const [first] = this.part.slices
    if (first?.start === 0) this.#running?.advance(first.end)
  }

  /**
   * Compares the complete file with the digests.
   *
   * @throws LastbyteError DIGEST_MISMATCH, DISK_FAILED
   */
  async require(digests: readonly DigestValue[], size: number): Promise<void> {
    const running = this.#running
    const hex = digests.length === 0 ? undefined : await running?.hex(size)
    const rest: DigestValue[] = []
    for (const digest of digests) {
      const received = hex?.[running?.algorithms.indexOf(digest.algorithm) ?? -1]
      if (received === undefined) rest.push(digest)
      else requireDigest(digest, received)
    }
    await verifyFile(this.part, size, rest)
  }

  /** To be called before the part file is closed. */
  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.stop()
  }
}
