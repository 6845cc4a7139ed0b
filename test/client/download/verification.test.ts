import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PartFile } from '../../../src/client/download/part-file.js'
import { RunningDigest } from '../../../src/client/download/running-digest.js'
import { Verification } from '../../../src/client/download/verification.js'
import { Folder, pattern } from '../../fixture/files.js'
import { sha256 } from '../../fixture/sha256.js'

const MIB = 1024 * 1024
const CONTENT = pattern(33 * MIB)
const SIZE = CONTENT.length
const RIGHT = sha256(CONTENT)
const WRONG = sha256(CONTENT.subarray(1))

describe('Verification', () => {
  let folder: Folder
  let part: PartFile
  beforeEach(async () => {
    folder = new Folder()
    part = await PartFile.open(folder.at('f'), 'http://h/f')
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await part.suspend()
    folder[Symbol.dispose]()
  })

  /** Writes the content, and reports each write. */
  async function write(verification: Verification): Promise<void> {
    for (let next = 0; next < SIZE; next += MIB) {
      await part.write([CONTENT.subarray(next, next + MIB)], next)
      verification.advance()
    }
  }

  it('computes a digest that was announced while the file is written, and reads the file no more', async () => {
    const read = vi.spyOn(part, 'read')
    const verification = new Verification(part, undefined, 'once')
    await verification.begin({ size: SIZE, digest: RIGHT })
    await write(verification)
    await verification.require([RIGHT], SIZE)
    await verification.stop()
    expect(read).not.toHaveBeenCalled()
  })

  it.each([
    ['the announced digest', WRONG, RIGHT],
    ['the checksum', RIGHT, WRONG],
  ])("refuses bytes that don't match %s", async (_, digest, checksum) => {
    const verification = new Verification(part, checksum, 'once')
    await verification.begin({ size: SIZE, digest })
    await write(verification)
    await expect(verification.require([digest, checksum], SIZE)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    })
    await verification.stop()
  })

  it('digests what is in the file, not what was meant to be', async () => {
    const verification = new Verification(part, undefined, 'once')
    await verification.begin({ size: SIZE, digest: RIGHT })
    const wrong = Buffer.from(CONTENT.subarray(0, MIB))
    wrong[5] = (wrong[5] ?? 0) ^ 1
    await part.write([wrong], 0)
    await part.write([CONTENT.subarray(MIB)], MIB)
    verification.advance()
    await expect(verification.require([RIGHT], SIZE)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    })
    await verification.stop()
  })

  it('reads bytes of an earlier run, and begins anew for another version', async () => {
    const verification = new Verification(part, undefined, 'once')
    await verification.begin({ size: SIZE, digest: WRONG })
    await part.write([CONTENT.subarray(5, 5 + MIB)], 0)
    verification.advance()
    await verification.begin({ size: SIZE, digest: RIGHT })
    await write(verification)
    await verification.require([RIGHT], SIZE)
    await verification.stop()
  })

  it.each<[string, 'once' | 'any', number]>([
    ['several connections may write a byte twice', 'any', SIZE],
    ['the file is small', 'once', 31 * MIB],
  ])('reads the complete file where %s', async (_, order, size) => {
    const start = vi.spyOn(RunningDigest, 'start')
    const verification = new Verification(part, RIGHT, order)
    await verification.begin({ size })
    await write(verification)
    await verification.require([RIGHT], SIZE)
    expect(start).not.toHaveBeenCalled()
  })

  it('reads the file where the digest becomes known at its end, or the thread fails', async () => {
    const read = vi.spyOn(part, 'read')
    const verification = new Verification(part, undefined, 'once')
    await verification.begin({ size: SIZE })
    await write(verification)
    await verification.require([RIGHT], SIZE)
    expect(read).toHaveBeenCalled()
    read.mockClear()
    vi.spyOn(RunningDigest, 'start').mockResolvedValue(undefined)
    await verification.begin({ size: SIZE, digest: RIGHT })
    await verification.require([RIGHT], SIZE)
    expect(read).toHaveBeenCalled()
    await expect(verification.require([WRONG], SIZE)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    })
  })
})
