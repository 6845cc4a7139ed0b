import fs from 'node:fs'
import { expect, it, vi } from 'vitest'
import { SharedStats } from '../../../src/source/file/shared-stats.js'
import { Folder } from '../../fixture/files.js'

it('SharedStats runs one stat at a time, and callers during it share the next', async () => {
  using folder = new Folder({ f: 'x' })
  const stat = vi.spyOn(fs, 'stat')
  // Of this file only: others in this process may run one too.
  const count = () => stat.mock.calls.filter(([path]) => path === folder.at('f')).length
  try {
    const stats = new SharedStats()
    const first = stats.of(folder.at('f'))
    const second = stats.of(folder.at('f'))
    const third = stats.of(folder.at('f'))
    expect(count()).toBe(1)
    expect(second).toBe(third)
    expect(await first).not.toBe(await second)
    expect(count()).toBe(2)
    await stats.of(folder.at('f'))
    expect(count()).toBe(3)
  } finally {
    stat.mockRestore()
  }
})

it('a stat that SharedStats returns began after the call, so it shows a change before the call', async () => {
  using folder = new Folder({ f: 'x' })
  const stats = new SharedStats()
  const before = stats.of(folder.at('f'))
  folder.write('f', 'longer')
  expect((await stats.of(folder.at('f')))?.size).toBe(6n)
  await before
})

it('SharedStats resolves to undefined for a path that leads nowhere', async () => {
  expect(await new SharedStats().of('/nonexistent/file')).toBeUndefined()
})
