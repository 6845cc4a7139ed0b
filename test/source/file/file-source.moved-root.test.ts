import { readlinkSync, renameSync, symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { applicationWith } from '../../fixture/application.js'
import { Folder, pattern } from '../../fixture/files.js'
import { RunningProcess } from '../../fixture/process.js'
import { rewrite } from '../../fixture/settled-files.js'

/** Points the link at another folder, atomically. */
function repoint(folder: Folder, target: string): void {
  symlinkSync(target, folder.at('next'))
  renameSync(folder.at('next'), folder.at('current'))
}

/** With `setHeaders`, each response takes the path that opens the file. */
const PATHS = [
  ['from memory', {}],
  ['from open files', { setHeaders: () => {} }],
] as const

describe.each(PATHS)(
  'after its link was pointed at another folder, a root that is served %s',
  (_name, options) => {
    it('shows nothing of the old folder, not even through links to it', async () => {
      using folder = new Folder({
        'old/same': 'old bytes',
        'old/gone': 'old bytes',
        'old/large': pattern(300_000),
        'old/secret': 'old bytes',
        'old/dir/index.html': 'old bytes',
        'old/dir/name': 'old bytes',
        'new/same': 'new bytes',
        'new/index.html': 'new bytes',
      })
      symlinkSync('../old/secret', folder.at('new/secret'))
      symlinkSync('../old/large', folder.at('new/large'))
      symlinkSync('../old/dir', folder.at('new/dir'))
      symlinkSync('old', folder.at('current'))
      await using server = await applicationWith({
        root: folder.at('current'),
        list: true,
        ...options,
      })
      const get = async (path: string) => {
        const response = await fetch(`${server.url}${path}`, { headers: { accept: 'text/html' } })
        return { status: response.status, body: await response.text() }
      }
      const names = ['/same', '/gone', '/large', '/secret', '/dir/index.html', '/dir/', '/dir/name']
      for (const name of [...names, ...names]) expect((await get(name)).status).toBe(200)
      repoint(folder, 'new')
      expect(await get('/same')).toEqual({ status: 200, body: 'new bytes' })
      for (const name of names.slice(1)) {
        const { status, body } = await get(name)
        expect([name, [403, 404].includes(status), body.includes('old bytes')]).toEqual([
          name,
          true,
          false,
        ])
      }
      expect((await get('/')).body).toBe('new bytes')
      repoint(folder, 'old')
      for (const name of names) expect([name, (await get(name)).status]).toEqual([name, 200])
    })

    it('serves every request during many changes from one of the two folders', async () => {
      using folder = new Folder({ 'old/f': 'A'.repeat(1_000), 'new/f': 'B'.repeat(1_000) })
      symlinkSync('old', folder.at('current'))
      await using server = await applicationWith({ root: folder.at('current'), ...options })
      for (const path of ['old/f', 'new/f'])
        rewrite(folder.at(path), (path[0] === 'o' ? 'A' : 'B').repeat(1_000))
      for (let round = 0; round < 60; round += 1) {
        const requests = Array.from({ length: 8 }, () => fetch(`${server.url}/f`))
        repoint(folder, readlinkSync(folder.at('current')) === 'old' ? 'new' : 'old')
        for (const response of await Promise.all(requests)) {
          expect(response.status).toBe(200)
          expect(await response.text()).toMatch(/^(A{1000}|B{1000})$/)
        }
        const expected = readlinkSync(folder.at('current')) === 'old' ? 'A' : 'B'
        expect((await (await fetch(`${server.url}/f`)).text())[0]).toBe(expected)
      }
    })
  },
)

/** Swaps a folder for a link and back, with pauses of different lengths. */
const SWAP = `
const { renameSync, symlinkSync, unlinkSync } = require('node:fs')
const [dir, kept, outside] = process.argv.slice(1)
const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
for (let n = 0; ; n += 1) {
  pause((n % 13) / 10)
  renameSync(dir, kept)
  symlinkSync(outside, dir)
  pause((n % 7) / 10)
  unlinkSync(dir)
  renameSync(kept, dir)
}`

it('of a folder that is swapped for an outward link while it is listed shows no name, size or time of the other', async () => {
  using outside = new Folder()
  using folder = new Folder()
  for (let n = 0; n < 20; n += 1) {
    folder.write(`root/dir/inside-${n}`, 'x')
    outside.write(`secret-${n}`, 'x'.repeat(777))
    outside.write(`inside-${n}`, 'x'.repeat(777))
  }
  const dir = folder.at('root/dir')
  await using server = await applicationWith({
    root: folder.at('root'),
    list: { format: 'json', jsonFormat: 'extended' },
  })
  await using _swapping = new RunningProcess(process.execPath, [
    '-e',
    SWAP,
    dir,
    folder.at('root/kept'),
    outside.path,
  ])
  let seen = 0
  for (let round = 0; round < 300; round += 1) {
    const response = await fetch(`${server.url}/dir/`)
    const body = await response.text()
    // By its name, as a time may have these digits.
    expect(body).not.toMatch(/secret|"size":777\b/)
    if (body.includes('inside-0')) seen += 1
  }
  expect(seen).toBeGreaterThan(0)
})
