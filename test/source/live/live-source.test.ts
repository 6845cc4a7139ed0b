import { appendFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { loadBindings } from '../../../src/native/bindings.js'
import { folderSource } from '../../../src/source/live/folder-source.js'
import { byteSourceContract, bytesOf, openAt } from '../../contract/byte-source.contract.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder, pattern } from '../../fixture/files.js'
import { settledSource } from '../../fixture/settled-files.js'

const MARKERS = { markers: ['.live'], state: undefined }
const signal = new AbortController().signal

function liveFolder(...roots: string[]) {
  return folderSource({ roots, dotfiles: 'ignore', live: MARKERS })
}

byteSourceContract('liveSource', () => {
  const folder = new Folder()
  return {
    source: liveFolder(folder.path),
    put: (key, content) => void folder.write(key, content),
    remove: (key) => rmSync(folder.at(key)),
    openHandles: () => descriptorsBelow(folder.path),
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  }
})

describe('liveSource', () => {
  it('opens a file with a marker as growing, with the tag of its length', async () => {
    using folder = new Folder({ f: pattern(100_000), 'f.live': '' })
    const source = liveFolder(folder.path)
    const one = await openAt(source, 'f')
    const { chain, etag, size } = one.facts
    expect([chain?.state, size]).toEqual(['growing', 100_000])
    expect(etag).toBe(`${chain?.tag.slice(0, -1)}.100000"`)
    expect(
      (await bytesOf(one, { start: 5, end: 100_000 })).equals(pattern(100_000).subarray(5)),
    ).toBe(true)
    appendFileSync(folder.at('f'), 'more')
    expect(await bytesOf(one, { start: 99_990, end: 100_000 })).toHaveLength(10)
    const other = await openAt(source, 'f')
    expect(other.facts.size).toBe(100_004)
    expect(other.facts.chain).toEqual(chain)
    await Promise.all([one.close(), other.close()])
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it('opens a finished file with the tag of its chain, until it is changed', async () => {
    using folder = new Folder({ f: 'one', 'f.live': '' })
    const source = liveFolder(folder.path)
    const growing = await openAt(source, 'f')
    const { tag } = growing.facts.chain ?? {}
    await growing.close()
    rmSync(folder.at('f.live'))
    await delay(60)
    // The first request that finds no marker lets the bytes be compared.
    const open = async () => {
      const { facts, close } = await openAt(source, 'f').then((each) => ({
        facts: each.facts,
        close: () => each.close(),
      }))
      await close()
      return facts
    }
    await expect.poll(async () => (await open()).chain?.state).toBe('finished')
    expect((await open()).etag).toBe(tag)
    writeFileSync(folder.at('f'), 'two')
    await delay(60)
    const changed = await open()
    expect(changed.chain).toBeUndefined()
    expect(changed.etag).not.toBe(tag)
    expect((await open()).etag).toBe(changed.etag)
  })

  it('serves the file of the first root that has it, and nothing outside of a root', async () => {
    using folder = new Folder({
      'a/x': '1',
      'b/y': '22',
      'b/y.live': '',
      secret: 'no',
      'secret.live': '',
      'b/.h': 'x',
      'b/.h.live': '',
    })
    symlinkSync(folder.at('secret'), folder.at('b/link'))
    writeFileSync(folder.at('b/link.live'), '')
    const source = liveFolder(folder.at('a'), folder.at('b'))
    const y = await openAt(source, 'y')
    expect([y.facts.size, y.facts.chain?.state]).toEqual([2, 'growing'])
    await y.close()
    for (const key of ['link', '../secret', '.h', 'none', 'y/', '']) {
      const { kind } = await source.open(key, { method: 'GET' }, signal)
      expect(`${key} ${kind}`).not.toContain('representation')
    }
  })

  it('does not serve facts from memory, since a marker does not show in them', async () => {
    using folder = new Folder({ f: 'one' })
    const source = liveFolder(folder.path)
    await delay(60)
    await (await openAt(source, 'f')).close()
    expect(source.cached?.('f')).toBeUndefined()
    if (loadBindings().kind !== 'native') return
    // A source of files does. Its probe finds nothing while a use of the file may block.
    const files = settledSource(folder)
    await expect.poll(() => files.cached?.('f')).toBeDefined()
  })

  it('serves no records, also where names with a dot are served', async () => {
    using folder = new Folder({ f: 'one', 'f.live': '', '.x': '' })
    const options = { roots: [folder.path], dotfiles: 'allow', live: MARKERS } as const
    const source = folderSource(options)
    await (await openAt(source, 'f')).close()
    const [record] = readdirSync(folder.at('.lastbyte-live'))
    const names = (await source.list?.('', signal))?.map(({ name }) => name)
    expect(names?.sort()).toEqual(['.x', 'f'])
    for (const key of ['.lastbyte-live', '.lastbyte-live/', `.lastbyte-live/${record}`]) {
      expect(await source.open(key, { method: 'GET' }, signal)).toEqual({ kind: 'absent' })
    }
  })
})
