import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MAX_ROOTS, SourceRegistry } from '../../src/request/source-registry.js'
import { closeOpened } from '../../src/source/byte-source.js'
import { fileSource } from '../../src/source/file/file-source.js'
import { applicationWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { Folder } from '../fixture/files.js'

const SETTINGS = { appends: 'enforced', sourceTimeout: 1000 } as const

/** Creates subfolders `0`, `1`, …, each with a file that contains the number; returns their paths. */
function numbered(folder: Folder, count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const path = folder.at(String(n))
    mkdirSync(path)
    writeFileSync(join(path, 'f'), String(n))
    return path
  })
}

function registryOf({ path }: Folder): SourceRegistry {
  return new SourceRegistry(fileSource({ roots: [path], dotfiles: 'ignore' }), SETTINGS)
}

describe('SourceRegistry.forRoots', () => {
  it('returns the same source for each call with a folder', async () => {
    using folder = new Folder({ f: 'f' })
    const registry = registryOf(folder)
    const first = registry.forRoots([folder.path], 'ignore')
    expect(registry.forRoots([folder.path], 'ignore')).toBe(first)
    expect(registry.size).toBe(1)
    await registry.close()
  })

  it('opens the same folder once more for another rule for names that start with a dot', async () => {
    using folder = new Folder({ '.f': 'f' })
    const registry = registryOf(folder)
    const open = async (dotfiles: 'allow' | 'deny' | 'ignore') => {
      const { source } = registry.forRoots([folder.path], dotfiles)
      const opened = await source.open('.f', { method: 'GET' }, new AbortController().signal)
      await closeOpened(opened)
      return opened.kind
    }
    expect(await open('allow')).toBe('representation')
    expect(await open('deny')).toBe('refused')
    expect(await open('ignore')).toBe('absent')
    expect(registry.size).toBe(3)
    await registry.close()
  })

  it(`keeps no more than ${MAX_ROOTS} folders open, the least recently used of which it closes`, async () => {
    using folder = new Folder({ f: 'f' })
    const registry = registryOf(folder)
    const paths = numbered(folder, MAX_ROOTS + 10)
    const first = registry.forRoots([paths[0] ?? ''], 'ignore')
    for (const path of paths) {
      registry.forRoots([path], 'ignore')
      expect(registry.forRoots([paths[0] ?? ''], 'ignore')).toBe(first)
    }
    expect(registry.size).toBe(MAX_ROOTS)
    await registry.close()
  })

  it('throws for a root that is no folder, names it, and does not register it', async () => {
    using folder = new Folder({ f: 'f' })
    const registry = registryOf(folder)
    expect(() => registry.forRoots([folder.at('f')], 'ignore')).toThrow(/root: .*\/f/)
    expect(registry.size).toBe(0)
    await registry.close()
  })

  it('returns a source for a folder that is absent, and serves it once it exists', async () => {
    using folder = new Folder({ f: 'f' })
    const registry = registryOf(folder)
    const { source } = registry.forRoots([folder.at('later')], 'ignore')
    const { signal } = new AbortController()
    const open = () => source.open('g', { method: 'GET' }, signal)
    expect(await open()).toEqual({ kind: 'absent' })
    folder.write('later/g', 'g')
    const opened = await open()
    expect(opened.kind).toBe('representation')
    await closeOpened(opened)
    await registry.close()
  })
})

it('sendFile from more folders than stay open sends each file with its digest', async () => {
  using folder = new Folder({ f: 'f' })
  const paths = numbered(folder, MAX_ROOTS + 10)
  await using app = await applicationWith(
    { root: folder.path, serve: false, etag: 'content' },
    (app) => {
      app.get('/:n', (request, reply) =>
        reply.sendFile('f', paths[Number((request.params as { n: string }).n)]),
      )
    },
  )
  const responses = await Promise.all(
    [...paths.keys(), ...paths.keys()].map(async (n) => {
      const response = await fetch(`${app.url}/${n}`, {
        headers: { 'want-repr-digest': 'sha-256=9' },
      })
      const digest = response.headers.get('repr-digest')
      return [n, response.status, await response.text(), digest !== null]
    }),
  )
  for (const [n, ...response] of responses) expect(response).toEqual([200, String(n), true])
  await app.app.close()
  await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
})
