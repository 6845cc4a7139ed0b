import { appendFileSync, readFileSync, rmSync } from 'node:fs'
import { expect, it } from 'vitest'
import { download } from '../../../src/client/download/download.js'
import { applicationWith } from '../../fixture/application.js'
import { Folder } from '../../fixture/files.js'

it('fetchLive writes what it has received while the file is quiet, and the rest when it goes on', async () => {
  using folder = new Folder({ 'root/show.ts': 'first,', 'root/show.ts.live': '' })
  await using served = await applicationWith({ root: folder.at('root'), live: true })
  const to = folder.at('copy.ts')
  const seen: [number, number | undefined][] = []
  const onProgress = ({ bytes, size }: { bytes: number; size: number | undefined }) => {
    seen.push([bytes, size])
    expect(readFileSync(`${to}.part`, 'utf8')).toHaveLength(bytes)
    if (bytes > 6) return
    appendFileSync(folder.at('root/show.ts'), 'second')
    rmSync(folder.at('root/show.ts.live'))
  }
  const { size, received } = await download(`${served.url}/show.ts`, { live: true, to, onProgress })
  expect([size, received, seen]).toEqual([
    12,
    12,
    [
      [6, undefined],
      [12, undefined],
    ],
  ])
  expect(readFileSync(to, 'utf8')).toBe('first,second')
})
