import { describe, expect, it } from 'vitest'
import { CONTAINMENT_TTL } from '../../../src/source/file/descriptor-cache.js'
import { FolderContainment, isVerified } from '../../../src/source/file/folder-containment.js'

function stage() {
  const probed: string[] = []
  let isWithin = true
  const folders = new FolderContainment({
    isFolderWithinRoot: (key) => {
      probed.push(key)
      return isWithin
    },
  })
  const leave = () => {
    isWithin = false
  }
  return { folders, probed, leave }
}

describe('FolderContainment', () => {
  it('verifies a folder for all of its files', () => {
    const { folders, probed } = stage()
    const folder = folders.folderOf('a/b/one')
    expect([folder.key, folders.folderOf('a/b/two') === folder]).toEqual(['a/b', true])
    expect(folders.folderOf('top').key).toBe('.')
    expect(isVerified(folder, 0)).toBe(false)
    expect(folders.verify(folder, 100)).toBe(true)
    expect(probed).toEqual(['a/b'])
    expect(isVerified(folder, 100 + CONTAINMENT_TTL)).toBe(true)
    expect(isVerified(folder, 101 + CONTAINMENT_TTL)).toBe(false)
  })

  it('does not count a folder as verified that leads out of the root, or was verified in another root', () => {
    const { folders, leave } = stage()
    const folder = folders.folderOf('a/f')
    expect(folders.verify(folder, 0)).toBe(true)
    folders.forget()
    expect(isVerified(folder, 0)).toBe(false)
    leave()
    expect([folders.verify(folder, 0), isVerified(folder, 0)]).toEqual([false, false])
  })

  it('remembers a bounded number of folders', () => {
    const { folders } = stage()
    const first = folders.folderOf('0/f')
    for (let n = 1; n < 5_000; n += 1) folders.folderOf(`${n}/f`)
    expect(folders.folderOf('0/f')).not.toBe(first)
    const last = folders.folderOf('4999/f')
    expect(folders.folderOf('4999/f')).toBe(last)
  })
})
