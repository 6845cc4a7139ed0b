import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { openEntries } from '../../src/access/entry-source.js'
import { Folder } from '../fixture/files.js'

const parseLine = (name: string) =>
  name === '!'
    ? ({ kind: 'malformed', reason: 'no' } as const)
    : ({ kind: 'entry', entry: { name } } as const)
const reading = { parseLine, report: () => {} }

it('openEntries reads a path, a URL and lines', async () => {
  using folder = new Folder({ 'a b': 'x' })
  const path = `${folder.path}/a b`
  for (const given of [path, pathToFileURL(path), ['x']]) {
    const source = await openEntries('access.users', given, reading)
    expect(await source.current()).toEqual([{ name: 'x' }])
  }
  expect(await (await openEntries('access.users', undefined, reading)).current()).toEqual([])
})

it('openEntries names the line that is malformed', async () => {
  const opening = openEntries('access.keys', ['x', '!'], reading)
  await expect(opening).rejects.toThrow('access.keys, line 2: no')
})
