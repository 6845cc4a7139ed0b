import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { check } from '../../../src/check/check.js'
import { changeLocalFile } from '../../../src/cli/change-file.js'
import { LastbyteError } from '../../../src/errors.js'
import { faultServer } from '../../../src/testing/fault-server.js'
import { Folder, pattern } from '../../fixture/files.js'
import { tls } from '../../fixture/tls.js'

const SIZE = 9_000_000

it.each([
  { id: 'change-truncate', http2: false },
  { id: 'change-truncate-in-flight', http2: false },
  { id: 'change-truncate-in-flight', http2: true },
])(
  'restores the file where the run is aborted during $id, with http2: $http2',
  async ({ id, http2 }) => {
    using folder = new Folder({ 'film.mp4': pattern(SIZE) })
    const secure = http2 ? { tls } : {}
    await using server = await faultServer({ root: folder.path, seed: 1, ...secure })
    const changeFile = changeLocalFile(folder.at('film.mp4'))
    const stop = new AbortController()
    const made: string[] = []
    const run = check(`${server.url}/film.mp4`, {
      only: [id],
      http2,
      insecure: true,
      signal: stop.signal,
      async change(change) {
        made.push(change)
        await changeFile(change)
        if (change === 'truncate') stop.abort(new Error('stopped by its caller'))
      },
    })
    await expect(run).rejects.toThrow('stopped by its caller')
    expect(made).toEqual(['truncate', 'restore'])
    expect(readFileSync(folder.at('film.mp4')).equals(pattern(SIZE))).toBe(true)
  },
)

it.each(['change-append', 'change-append-in-flight'])(
  'ends the run where the change of %s fails, and restores the file',
  async (id) => {
    using folder = new Folder({ 'film.mp4': pattern(SIZE) })
    await using server = await faultServer({ root: folder.path, seed: 1 })
    const made: string[] = []
    const run = check(`${server.url}/film.mp4`, {
      only: [id],
      async change(change) {
        made.push(change)
        if (change !== 'restore') throw new LastbyteError('BAD_SETTING', 'the command failed')
      },
    })
    await expect(run).rejects.toThrow('the command failed')
    expect(made).toEqual(['append', 'restore'])
  },
)

it('names the change that failed first, where restoring fails, too', async () => {
  using folder = new Folder({ 'film.mp4': pattern(200_000) })
  await using server = await faultServer({ root: folder.path, seed: 1 })
  const run = check(`${server.url}/film.mp4`, {
    only: ['change-rewrite'],
    async change(change) {
      throw new LastbyteError('BAD_SETTING', `${change} failed`)
    },
  })
  await expect(run).rejects.toThrow('rewrite failed')
})

it('skips all changes without a way to change the file', async () => {
  using folder = new Folder({ 'film.mp4': pattern(1000) })
  await using server = await faultServer({ root: folder.path, seed: 1 })
  const { results } = await check(`${server.url}/film.mp4`, { only: ['changes'] })
  expect(results).toHaveLength(8)
  for (const { finding } of results) {
    expect(finding).toEqual({ kind: 'skipped', reason: 'no command changes the file' })
  }
})
