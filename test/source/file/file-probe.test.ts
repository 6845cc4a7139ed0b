import { statSync } from 'node:fs'
import { expect, it } from 'vitest'
import { deferredProbe, PORTABLE_PROBE } from '../../../src/source/file/file-probe.js'
import { versionedPath } from '../../../src/source/file/file-version.js'
import { Folder } from '../../fixture/files.js'
import { rewrite } from '../../fixture/settled-files.js'

it('PORTABLE_PROBE recognizes the current version and finds or reads no file by itself', () => {
  using folder = new Folder({ f: 'text' })
  const path = folder.at('f')
  const versions = versionedPath(path, statSync(path, { bigint: true }))
  const target = { path, key: 'f', versions, offset: 0 }
  expect(PORTABLE_PROBE.isCurrent(target)).toBe(true)
  expect(PORTABLE_PROBE.isUnlinked(target)).toBe(false)
  expect(PORTABLE_PROBE.isFolderWithinRoot('.')).toBe(false)
  expect(PORTABLE_PROBE.isWithinRoot(target)).toBe(false)
  expect(PORTABLE_PROBE.probe('f')).toBeUndefined()
  expect(PORTABLE_PROBE.read(target, { start: 0, end: 1 })).toBeUndefined()
  rewrite(path, 'else')
  expect(PORTABLE_PROBE.isCurrent(target)).toBe(false)
  expect(PORTABLE_PROBE.isCurrent({ ...target, path: folder.at('none') })).toBe(false)
})

it('deferredProbe asks for the probe until it exists, and uses that of node:fs meanwhile', () => {
  using folder = new Folder({ f: 'text' })
  const path = folder.at('f')
  const versions = versionedPath(path, statSync(path, { bigint: true }))
  const target = { path, key: 'f', versions, offset: 0 }
  const found = { identity: statSync(path, { bigint: true }), bytes: undefined }
  const created = {
    isUnlinked: () => true,
    isFolderWithinRoot: () => true,
    isWithinRoot: () => true,
  }
  const results = [undefined, { ...PORTABLE_PROBE, ...created, probe: () => found }]
  const probe = deferredProbe(() => results.shift())
  expect([probe.isCurrent(target), results.length]).toEqual([true, 1])
  expect([probe.isWithinRoot(target), results.length]).toEqual([true, 0])
  expect([probe.isUnlinked(target), probe.isFolderWithinRoot('.')]).toEqual([true, true])
  expect(probe.probe('f')).toBe(found)
  expect(probe.read(target, { start: 0, end: 1 })).toBeUndefined()
})
