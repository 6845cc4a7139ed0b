import { closeSync, openSync, truncateSync, writeSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadBindings, ZERO_COPY_VARIABLE } from '../../../src/native/bindings.js'
import { applicationWith } from '../../fixture/application.js'
import { Folder } from '../../fixture/files.js'

afterEach(() => vi.unstubAllEnvs())

const GIGABYTE = 1_000_000_000

/** A large file that a process has open for writing, as in the middle of one long write. */
function beingWritten(folder: Folder): number {
  const path = folder.write('f', '')
  truncateSync(path, GIGABYTE)
  const descriptor = openSync(path, 'r+')
  writeSync(descriptor, 'x')
  return descriptor
}

async function tagsOf(url: string): Promise<(string | null)[]> {
  const head = await fetch(`${url}/f`, { method: 'HEAD' })
  const part = await fetch(`${url}/f`, { headers: { range: 'bytes=-5' } })
  await part.arrayBuffer()
  expect([head.status, part.status]).toEqual([200, 206])
  return [head, part].map(({ headers }) => headers.get('etag'))
}

describe('A file whose ctime a long write may have set at its start', () => {
  it('has no entity tag while a process has it open for writing, and one afterwards', async ({
    skip,
  }) => {
    skip(loadBindings().kind === 'none', 'needs the native bindings')
    using folder = new Folder()
    await using server = await applicationWith({ root: folder.path })
    const writer = beingWritten(folder)
    expect(await tagsOf(server.url)).toEqual([null, null])
    closeSync(writer)
    const strong = expect.stringMatching(/^"[\w-]{22}"$/)
    expect(await tagsOf(server.url)).toEqual([strong, strong])
  })

  it('has no entity tag until the write is certain to have ended, where open writers cannot be found', async () => {
    vi.stubEnv(ZERO_COPY_VARIABLE, 'off')
    using folder = new Folder()
    await using server = await applicationWith({ root: folder.path })
    closeSync(beingWritten(folder))
    expect(await tagsOf(server.url)).toEqual([null, null])
  })
})
