import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { SYSTEM_CLOCK } from '../../../src/source/file/settled-stat.js'
import { fileId, LiveChains, recordsFolder } from '../../../src/source/live/live-chains.js'
import { Folder } from '../../fixture/files.js'
import { openFile } from '../../fixture/open-file.js'

function chainsIn(folder: string, onMemory: (path: string) => void = () => {}) {
  return new LiveChains(
    folder,
    { clock: SYSTEM_CLOCK, writers: () => 'none' },
    async () => undefined,
    onMemory,
  )
}

describe('LiveChains', () => {
  it('find one chain for a live file, also for requests at once and in other processes', async () => {
    using folder = new Folder({ f: 'x' })
    const file = openFile(folder.at('f'))
    const id = { id: fileId(file.version), key: 'f' }
    const state = recordsFolder(folder.path)
    const chains = chainsIn(state)
    expect(await chains.find(id, false)).toBeUndefined()
    const found = await Promise.all([
      chains.find(id, true),
      chains.find(id, true),
      chainsIn(state).find(id, true),
    ])
    const tags = found.map((each) => (each?.kind === 'growing' ? each.chain.tag : undefined))
    expect(new Set(tags).size).toBe(1)
    expect(
      found[0]?.kind === 'growing' &&
        found[1]?.kind === 'growing' &&
        found[0].chain === found[1].chain,
    ).toBe(true)
    await file.release()
  })

  it('find the finished file, and begin another chain when it is live again', async () => {
    using folder = new Folder({ f: 'x' })
    const file = openFile(folder.at('f'))
    const id = { id: fileId(file.version), key: 'f' }
    const chains = chainsIn(recordsFolder(folder.path))
    const growing = await chains.find(id, true)
    if (growing?.kind !== 'growing') throw new Error('not growing')
    await delay(60)
    await growing.chain.finish(file)
    const finished = await chains.find(id, false)
    expect(finished).toMatchObject({
      kind: 'finished',
      record: { tag: growing.chain.tag, length: 1 },
    })
    const again = await chains.find(id, true)
    expect(again?.kind === 'growing' && again.chain.tag !== growing.chain.tag).toBe(true)
    await file.release()
  })

  it('keep the records in memory where the folder cannot be written, and tell it', async () => {
    using folder = new Folder({ f: 'x' })
    writeFileSync(folder.at('taken'), '')
    const told: string[] = []
    const chains = chainsIn(folder.at('taken/state'), (path) => void told.push(path))
    expect((await chains.find({ id: 'i', key: 'f' }, true))?.kind).toBe('growing')
    expect((await chains.find({ id: 'i', key: 'f' }, true))?.kind).toBe('growing')
    expect(told).toEqual([folder.at('taken/state')])
  })
})

it('fileId is that of the file, not of its path or length', () => {
  using folder = new Folder({ f: 'x', g: 'x' })
  const [f, g] = [openFile(folder.at('f')), openFile(folder.at('g'))]
  expect(fileId(f.version)).toBe(fileId(openFile(folder.at('f')).version))
  expect(fileId(f.version)).not.toBe(fileId(g.version))
})
