import { writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { FolderChanges } from '../../../src/stream-log/file/folder-changes.js'
import { Folder } from '../../fixture/files.js'

it('tells of changes of the folder, of this process and of others, until nobody follows', async () => {
  using folder = new Folder({ f: '' })
  const changes = new FolderChanges()
  let told = 0
  const unfollow = changes.follow(folder.path, () => {
    told += 1
  })
  changes.wake(folder.path)
  expect(told).toBe(1)
  writeFileSync(folder.at('f'), 'x')
  await expect.poll(() => told).toBeGreaterThan(1)
  unfollow()
  const before = told
  changes.wake(folder.path)
  expect(told).toBe(before)
})

it('polls a folder that is not there', async () => {
  const changes = new FolderChanges()
  let told = 0
  const unfollow = changes.follow('/no/such/folder', () => {
    told += 1
  })
  await expect.poll(() => told).toBeGreaterThan(0)
  unfollow()
})
