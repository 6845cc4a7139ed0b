import fs from 'node:fs'
import { rename } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { DescriptorCache } from '../../../src/source/file/descriptor-cache.js'
import type { FilesystemType } from '../../../src/source/file/filesystem-type.js'
import { OpenFile } from '../../../src/source/file/open-file.js'
import { Folder } from '../../fixture/files.js'

/** An open file that nobody holds but the test. */
function openFile(path: string, place: FilesystemType): OpenFile {
  const descriptor = fs.openSync(path, 'r')
  const version = fs.fstatSync(descriptor, { bigint: true })
  const facts = { name: 'f', contentType: 'text/plain', size: Number(version.size) }
  return new OpenFile(path, descriptor, version, facts, place).hold()
}

describe.runIf(process.platform === 'linux')(
  'what is known to be absent beside an open file',
  () => {
    it('in the same folder of a file system that answers from memory, as it is now', async () => {
      using folder = new Folder({ 'dir/f': 'f', other: '' })
      const files = new DescriptorCache()
      const file = openFile(folder.at('dir/f'), 'local')
      const far = openFile(folder.at('dir/f'), 'other')
      try {
        const knows = (name: string) => files.knowsAbsent(folder.at(name), { file })
        expect(files.knowsAbsent(folder.at('dir/f.br'), { file: far })).toBe(false)
        expect(knows('dir/f.br')).toBe(true)
        expect(knows('dir/f')).toBe(false)
        expect(knows('f.br'), 'another folder').toBe(false)
        expect(knows(`dir/${'f'.repeat(300)}`), 'a name that can not be').toBe(false)
        fs.symlinkSync('nowhere', folder.at('dir/f.gz'))
        expect(knows('dir/f.gz'), 'a symlink, wherever it leads').toBe(false)
        await rename(folder.at('other'), folder.at('dir/f.br'))
        expect(knows('dir/f.br')).toBe(false)
        expect(files.knowsAbsent(folder.at('dir/f.zst'), {}), 'beside nothing').toBe(false)
      } finally {
        await file.release()
        await far.release()
      }
    })
  },
)
