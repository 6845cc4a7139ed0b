import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MAX_ROOTS, SourceRegistry } from '../../src/request/source-registry.js'
import { fileSource } from '../../src/source/file/file-source.js'
import { applicationWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { Folder } from '../fixture/files.js'

const SETTINGS = { dotfiles: 'ignore', appends: 'enforced', sourceTimeout: 1000 } as const

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

describe('SourceRegistry.forRoot', () => {
  it('returns the same source for each call with a folder', async () => {
    using folder = new Folder({ f: 'f' })
    const registry = registryOf(folder)
    expect(registry.forRoot(folder.path)).toBe(registry.forRoot(folder.path))
    expect(registry.size).toBe(1)
    await registry.close()
  })

  it(`keeps no more than ${MAX_ROOTS} folders open, the least recently used of which it closes`, async () => {
    using folder = new Folder({ f: 'f' })
    const registry = registryOf(folder)
    const paths = numbered(folder, MAX_ROOTS + 10)
    const first = registry.forRoot(paths[0] ?? '')
    for (const path of paths) {
      registry.forRoot(path)
      expect(registry.forRoot(paths[0] ?? '')).toBe(first)
    }
    expect(registry.size).toBe(MAX_ROOTS)
    await registry.close()
  })

  it('throws for a folder that is absent, names it, and does not register it', async () => {
    using folder = new Folder({ f: 'f' })
    const registry = registryOf(folder)
    expect(() => registry.forRoot(folder.at('absent'))).toThrow(/root: .*absent/)
    expect(registry.size).toBe(0)
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
  await expect.poll(() => descriptorsBelow(folder.path), { timeout: 5000 }).toBe(0)
})
