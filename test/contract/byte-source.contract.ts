import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Slice } from '../../src/http/byte-range.js'
import { type ByteSource, closeOpened } from '../../src/source/byte-source.js'
import type { Representation } from '../../src/source/representation.js'
import { pattern } from '../fixture/files.js'

/** A source under test, and its store, which the suite changes without the source's knowledge. */
export interface Stage extends AsyncDisposable {
  readonly source: ByteSource
  put(key: string, content: Uint8Array): Promise<void> | void
  remove(key: string): Promise<void> | void
  /** The number of open handles: descriptors, connections. */
  openHandles(): number
  /**
   * Whether the source reports a directory for its key with a slash too (`known`), or only for the key
   * without it, by the redirect of the other server.
   */
  readonly directories?: 'known' | 'redirects'
}

const live = new AbortController().signal
const GET = { method: 'GET' } as const

/** Opens a key that must lead to a representation. */
export async function openAt(source: ByteSource, key: string): Promise<Representation> {
  const opened = await source.open(key, GET, live)
  if (opened.kind !== 'representation') throw new Error(`${key} is ${opened.kind}`)
  return opened.representation
}

export async function bytesOf(representation: Representation, slice: Slice): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of representation.read(slice, live)) chunks.push(Uint8Array.from(chunk))
  return Buffer.concat(chunks)
}

/** The tests that every implementation of ByteSource passes. */
export function byteSourceContract(name: string, newStage: () => Promise<Stage> | Stage): void {
  describe(`${name} as a ByteSource`, () => {
    it('opens a file with its size, ETag and other facts, and reads all bytes', async () => {
      await using stage = await newStage()
      const content = pattern(600_000)
      await stage.put('clip.mp4', content)
      const representation = await openAt(stage.source, 'clip.mp4')
      const { name, size, etag, lastModified } = representation.facts
      expect({ name, size }).toEqual({ name: 'clip.mp4', size: 600_000 })
      expect(etag).toMatch(/^"[^"]+"$/)
      expect(lastModified).toBeGreaterThan(Date.now() - 60_000)
      const bytes = await bytesOf(representation, { start: 0, end: 600_000 })
      expect(bytes.equals(content)).toBe(true)
      await representation.close()
    })

    it('reads exactly the bytes of any slice', async () => {
      await using stage = await newStage()
      const content = pattern(700_001)
      await stage.put('any.bin', content)
      const representation = await openAt(stage.source, 'any.bin')
      const position = fc.integer({ min: 0, max: content.length })
      await fc.assert(
        fc.asyncProperty(position, position, async (a, b) => {
          const slice = { start: Math.min(a, b), end: Math.max(a, b) }
          const read = await bytesOf(representation, slice)
          expect(read.equals(content.subarray(slice.start, slice.end))).toBe(true)
        }),
        { numRuns: 60 },
      )
      await representation.close()
    })

    it('reads several slices of one representation at the same time', async () => {
      await using stage = await newStage()
      const content = pattern(900_000)
      await stage.put('two.bin', content)
      const representation = await openAt(stage.source, 'two.bin')
      const slices = [0, 1, 2, 3].map((part) => ({
        start: part * 200_000,
        end: part * 200_000 + 300_000,
      }))
      const read = await Promise.all(slices.map((slice) => bytesOf(representation, slice)))
      for (const [index, { start, end }] of slices.entries()) {
        expect(read[index]?.equals(content.subarray(start, end))).toBe(true)
      }
      await representation.close()
    })

    it('opens an empty file, and a key with spaces, Unicode and reserved characters', async () => {
      await using stage = await newStage()
      await stage.put('empty', new Uint8Array())
      const empty = await openAt(stage.source, 'empty')
      expect(empty.facts.size).toBe(0)
      expect(await bytesOf(empty, { start: 0, end: 0 })).toHaveLength(0)
      await empty.close()
      await stage.put('ein Ordner/Überraschung + 100 %#?.txt', Buffer.from('x'))
      const named = await openAt(stage.source, 'ein Ordner/Überraschung + 100 %#?.txt')
      expect(named.facts.name).toBe('Überraschung + 100 %#?.txt')
      await named.close()
    })

    it('distinguishes a directory from an absent key', async () => {
      await using stage = await newStage()
      await stage.put('dir/file', Buffer.from('x'))
      const kinds = async (key: string) => {
        const opened = await stage.source.open(key, GET, live)
        await closeOpened(opened)
        return opened.kind
      }
      const withSlash = stage.directories === 'redirects' ? 'absent' : 'directory'
      expect(await kinds('dir')).toBe('directory')
      expect(await kinds('dir/')).toBe(withSlash)
      expect(await kinds('')).toBe(withSlash)
      expect(await kinds('nothing')).toBe('absent')
      expect(await kinds('dir/nothing')).toBe('absent')
      expect(await kinds('dir/file/')).toBe('absent')
      expect(await kinds('dir/file/more')).toBe('absent')
      expect(await kinds('dir//file')).toBe('absent')
    })

    it('returns the same ETag for a version, and another for a next version of equal size and second', async () => {
      await using stage = await newStage()
      const tag = async () => {
        const representation = await openAt(stage.source, 'v')
        await representation.close()
        return representation.facts.etag
      }
      await stage.put('v', Buffer.from('one'))
      const first = await tag()
      expect(await tag()).toBe(first)
      await stage.put('v', Buffer.from('two'))
      const second = await tag()
      expect(first).toBeDefined()
      expect(second).not.toBe(first)
    })

    it('rejects a read during a rewrite of the file, or returns the bytes of the opened version', async () => {
      await using stage = await newStage()
      const old = pattern(1_000_000, 1)
      await stage.put('mix', old)
      const representation = await openAt(stage.source, 'mix')
      const received: Uint8Array[] = []
      let failure: unknown
      try {
        for await (const chunk of representation.read({ start: 0, end: old.length }, live)) {
          received.push(Uint8Array.from(chunk))
          if (received.length === 1) await stage.put('mix', pattern(1_000_000, 2))
        }
      } catch (error) {
        failure = error
      }
      const bytes = Buffer.concat(received)
      expect(bytes.equals(old.subarray(0, bytes.length))).toBe(true)
      if (bytes.length < old.length)
        expect(failure).toMatchObject({ code: 'REPRESENTATION_CHANGED' })
      await representation.close()
    })

    it('rejects a read with the reason of its signal, and releases the handle', async () => {
      await using stage = await newStage()
      await stage.put('stop', pattern(2_000_000))
      const before = stage.openHandles()
      const representation = await openAt(stage.source, 'stop')
      const stop = new AbortController()
      const chunks = representation
        .read({ start: 0, end: 2_000_000 }, stop.signal)
        [Symbol.asyncIterator]()
      await chunks.next()
      stop.abort(new Error('enough'))
      await expect(chunks.next()).rejects.toThrow('enough')
      await representation.close()
      await representation.close()
      await expect.poll(() => stage.openHandles()).toBe(before)
    })

    it('releases the handle after an abandoned read, and when closed during a read', async () => {
      await using stage = await newStage()
      await stage.put('away', pattern(2_000_000))
      const before = stage.openHandles()
      const representation = await openAt(stage.source, 'away')
      for await (const _chunk of representation.read({ start: 0, end: 2_000_000 }, live)) break
      const running = representation
        .read({ start: 0, end: 2_000_000 }, live)
        [Symbol.asyncIterator]()
      const next = running.next()
      const closed = representation.close()
      await Promise.allSettled([next, closed])
      await running.return?.(undefined)
      await expect.poll(() => stage.openHandles()).toBe(before)
    })

    it('lists the files and directories of a key, if it implements list', async () => {
      await using stage = await newStage()
      if (stage.source.list === undefined) return
      await stage.put('b.txt', Buffer.from('12345'))
      await stage.put('a/inner.txt', Buffer.from('1'))
      const entries = await stage.source.list('', live)
      const listed = entries.map(({ name, kind, size }) => ({ name, kind, size }))
      expect(listed).toHaveLength(2)
      expect(listed).toContainEqual({ name: 'b.txt', kind: 'file', size: 5 })
      expect(listed).toContainEqual({ name: 'a', kind: 'directory', size: 0 })
      expect(await stage.source.list('nothing/', live)).toEqual([])
    })
  })
}
