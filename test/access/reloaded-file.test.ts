import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { ReloadedFile } from '../../src/access/reloaded-file.js'
import { Folder } from '../fixture/files.js'

const parseLine = (line: string) =>
  line.includes('!')
    ? ({ kind: 'malformed', reason: 'expected no !' } as const)
    : ({ kind: 'entry', entry: { name: line } } as const)

async function opened(folder: Folder) {
  const path = `${folder.path}/users`
  const reports: unknown[] = []
  let now = 0
  const file = await ReloadedFile.open({
    path,
    option: 'access.users',
    parseLine,
    report: (facts, why) => reports.push({ ...facts, why }),
    now: () => now,
  })
  const names = async (ms: number) => {
    now += ms
    return (await file.current()).map(({ name }) => name)
  }
  return { path, reports, names }
}

describe('ReloadedFile', () => {
  it('reads a file again that has changed, and not within half a second', async () => {
    using folder = new Folder({ users: 'a\nb' })
    const { path, names, reports } = await opened(folder)
    writeFileSync(path, 'c')
    expect(await names(499)).toEqual(['a', 'b'])
    expect(await names(1)).toEqual(['c'])
    writeFileSync(path, '')
    expect(await names(500)).toEqual([])
    expect(reports).toEqual([])
  })

  it('keeps the entries of a file that is broken or deleted, with one line of the log for each', async () => {
    using folder = new Folder({ users: 'a' })
    const { path, names, reports } = await opened(folder)
    writeFileSync(path, '# ok\nb\nc!')
    expect(await names(500)).toEqual(['a'])
    expect(await names(500)).toEqual(['a'])
    expect(reports).toEqual([{ file: path, line: 3, why: 'line 3: expected no !' }])
    rmSync(path)
    expect(await names(500)).toEqual(['a'])
    expect(await names(500)).toEqual(['a'])
    expect(reports.slice(1)).toEqual([{ file: path, why: "the file can't be read (ENOENT)" }])
    writeFileSync(path, 'd')
    expect(await names(500)).toEqual(['d'])
    expect(reports).toHaveLength(2)
  })

  it('keeps the entries where something else than a file takes the name, and waits for no writer', async () => {
    using folder = new Folder({ users: 'a' })
    const { path, names, reports } = await opened(folder)
    rmSync(path)
    execFileSync('mkfifo', [path])
    expect(await names(500)).toEqual(['a'])
    expect(await names(500)).toEqual(['a'])
    expect(reports).toEqual([{ file: path, why: 'expected a regular file' }])
    rmSync(path)
    mkdirSync(path)
    expect(await names(500)).toEqual(['a'])
    rmSync(path, { recursive: true })
    writeFileSync(path, 'b')
    expect(await names(500)).toEqual(['b'])
    expect(reports).toHaveLength(1)
  })

  it('reads a pipe once, and refuses one without lines', async () => {
    using folder = new Folder()
    const path = folder.at('users')
    execFileSync('mkfifo', [path])
    const [{ names, reports }] = await Promise.all([opened(folder), writeFile(path, 'a')])
    expect(await names(500)).toEqual(['a'])
    expect(await names(500)).toEqual(['a'])
    expect(reports).toEqual([])
    await expect(Promise.all([opened(folder), writeFile(path, '')])).rejects.toThrow(
      /^access\.users: expected lines; the pipe has none/,
    )
  })

  it('refuses to start with a file that is missing or broken', async () => {
    using folder = new Folder({ users: 'a' })
    const { path } = await opened(folder)
    writeFileSync(path, 'a\nb!')
    await expect(opened(folder)).rejects.toThrow(
      /^access\.users: ".*users", line 2: expected no !$/,
    )
    rmSync(path)
    await expect(opened(folder)).rejects.toThrow(/^access\.users: expected a file .*ENOENT/)
  })
})
