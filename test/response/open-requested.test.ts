import { expect, it } from 'vitest'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

const FILES = {
  'open/index.html': 'open index',
  'closed/index.html': 'closed index',
}
const REFUSED = new Set(['/closed/index.html', '/closed.html'])

async function statuses(paths: readonly string[], options: LastbyteOptions = {}) {
  using folder = new Folder(FILES)
  const calls: [string, string | undefined][] = []
  const allowedPath = (path: string, root: string | undefined) => {
    calls.push([path, root === folder.path ? 'root' : root])
    return !REFUSED.has(path)
  }
  const all = { root: folder.path, extensions: ['html'], preCompressed: true, ...options }
  await using app = await applicationWith({ ...all, allowedPath })
  const sent: number[] = []
  for (const path of [...paths, ...paths]) {
    const response = await fetch(app.url + path, { headers: { 'accept-encoding': 'gzip' } })
    await response.text()
    sent.push(response.status)
  }
  return { sent: sent.slice(paths.length), calls: calls.slice(calls.length / 2) }
}

it.each<LastbyteOptions>([{}, { preCompressed: false }, { wildcard: false, extensions: [] }])(
  'allowedPath refuses the index of a folder by the path of the index, with %o',
  async (options) => {
    const { sent, calls } = await statuses(['/open/', '/closed/'], options)
    expect(sent).toEqual([200, 404])
    expect(calls).toEqual([
      ['/open/', 'root'],
      ['/open/index.html', 'root'],
      ['/closed/', 'root'],
      ['/closed/index.html', 'root'],
    ])
  },
)

it('allowedPath refuses a file with an added extension by its whole path', async () => {
  using folder = new Folder({ 'open.html': 'open', 'closed.html': 'closed', 'closed.html.gz': 'x' })
  const calls: string[] = []
  const allowedPath = (path: string) => {
    calls.push(path)
    return !REFUSED.has(path)
  }
  const options = { root: folder.path, extensions: ['html'], preCompressed: true, allowedPath }
  await using app = await applicationWith(options)
  expect((await fetch(`${app.url}/open`)).status).toBe(200)
  expect((await fetch(`${app.url}/closed`)).status).toBe(404)
  expect(calls).toEqual(['/open', '/open.html', '/closed', '/closed.html'])
})

it('allowedPath is called with the folder of the file, of several', async () => {
  using first = new Folder({})
  using second = new Folder({ 'page.html': 'page' })
  const calls: unknown[] = []
  const allowedPath = (path: string, root: string | undefined) => calls.push([path, root]) > 0
  const root = [first.path, second.path]
  await using app = await applicationWith({ root, extensions: ['html'], allowedPath })
  expect(await (await fetch(`${app.url}/page`)).text()).toBe('page')
  expect(calls).toEqual([
    ['/page', first.path],
    ['/page.html', second.path],
  ])
})
