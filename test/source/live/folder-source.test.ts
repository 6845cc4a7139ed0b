import { once } from 'node:events'
import { expect, it } from 'vitest'
import { folderSource } from '../../../src/source/live/folder-source.js'
import { openAt } from '../../contract/byte-source.contract.js'
import { Folder } from '../../fixture/files.js'

it('folderSource has live files where the option says so, and warns where nothing is kept', async () => {
  using folder = new Folder({ f: 'x', 'f.live': '', taken: '' })
  const options = { roots: [folder.path], dotfiles: 'ignore' } as const
  const plain = await openAt(folderSource(options), 'f')
  expect(plain.facts.chain).toBeUndefined()
  await plain.close()
  const warned = once(process, 'warning')
  const state = folder.at('taken/state')
  const live = folderSource({ ...options, live: { markers: ['.live'], state } })
  const growing = await openAt(live, 'f')
  expect(growing.facts.chain?.state).toBe('growing')
  await growing.close()
  const [warning] = await warned
  expect(String(warning)).toContain(`live: can't write to ${JSON.stringify(state)}`)
})
