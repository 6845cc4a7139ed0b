import { readdirSync, readFileSync, readlinkSync, renameSync, statSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LogFile } from '../../src/observe/log-file.js'
import { Folder } from '../fixture/files.js'

let folder: Folder
beforeEach(() => {
  folder = new Folder({ old: 'before\n' })
})
afterEach(() => folder[Symbol.dispose]())

const text = (name: string) => readFileSync(folder.at(name), 'utf8')

it('LogFile appends to a file, which others may not read', async () => {
  const old = await LogFile.open(folder.at('old'))
  expect(await old.write(Buffer.from('more\n'))).toBe(5)
  await old.close()
  expect(text('old')).toBe('before\nmore\n')
  const created = await LogFile.open(folder.at('new'))
  expect(statSync(folder.at('new')).mode & 0o007).toBe(0)
  await created.close()
})

it('LogFile writes to a new file after the old one was renamed', async () => {
  const file = await LogFile.open(folder.at('log'))
  await file.write(Buffer.from('one\n'))
  renameSync(folder.at('log'), folder.at('log.1'))
  await file.write(Buffer.from('two\n'))
  await file.reopen()
  await file.write(Buffer.from('three\n'))
  await file.close()
  expect([text('log.1'), text('log')]).toEqual(['one\ntwo\n', 'three\n'])
})

it('LogFile keeps the earlier file where it cannot open the new one', async () => {
  using inner = new Folder({ 'd/x': '' })
  const file = await LogFile.open(inner.at('d/log'))
  renameSync(inner.at('d'), inner.at('e'))
  await expect(file.reopen()).rejects.toThrow('ENOENT')
  await file.write(Buffer.from('kept\n'))
  await file.close()
  expect(readFileSync(inner.at('e/log'), 'utf8')).toBe('kept\n')
})

it('LogFile has one descriptor, however fast it is opened anew', async () => {
  const path = folder.at('log')
  const descriptors = () =>
    readdirSync('/proc/self/fd').filter((name) => {
      try {
        return readlinkSync(`/proc/self/fd/${name}`).startsWith(path)
      } catch {
        return false
      }
    }).length
  const file = await LogFile.open(path)
  await Promise.all(Array.from({ length: 10 }, () => file.reopen()))
  expect(descriptors()).toBe(1)
  const last = file.reopen()
  await file.close()
  await last
  expect(descriptors()).toBe(0)
})

it('LogFile refuses a folder', async () => {
  await expect(LogFile.open(folder.path)).rejects.toThrow('it is a folder')
})
