import { describe, expect, it } from 'vitest'
import { serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

describe('The folder of own URLs', () => {
  it.each(['/', '/media/'])(
    'below the prefix %s is a page that leads to the files',
    async (prefix) => {
      using folder = new Folder({ 'a.txt': 'a' })
      await using application = await serverWith({
        root: folder.path,
        pages: true,
        list: true,
        prefix,
      })
      const url = `${application.url}${prefix}-/`
      const response = await fetch(url)
      expect([response.status, (await fetch(url, { method: 'HEAD' })).status]).toEqual([200, 200])
      const links = [...(await response.text()).matchAll(/ href="([^"]*)"/g)].map(
        ([, href]) => href,
      )
      expect(links).toEqual(['../'])
      expect(new URL(links[0] ?? '', url).pathname).toBe(prefix)
    },
  )
})
