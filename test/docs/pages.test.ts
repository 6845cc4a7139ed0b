import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anchors, links, namedFiles, pages } from '../fixture/markdown.js'

describe('Each page of the documentation', () => {
  it.each(pages().map((page) => [page]))('%s names only files that exist', (page) => {
    expect(namedFiles(page).filter((file) => !existsSync(file))).toEqual([])
  })

  it.each(pages().map((page) => [page]))(
    '%s links only to files and headings that exist',
    (page) => {
      const broken = links(page)
        .filter((target) => !/^https?:/.test(target))
        .filter((target) => !exists(page, target))
      expect(broken).toEqual([])
    },
  )

  it.each(pages().map((page) => [page]))('%s fences its code, with a language', (page) => {
    const text = readFileSync(page, 'utf8').replace(/^```\S+.*?^```$/gms, '')
    expect(text.match(/^```.*|(?<=\n\n) {4}\S.*/gm) ?? []).toEqual([])
  })
})

function exists(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : join(dirname(page), path)
  return existsSync(file) && (anchor === undefined || anchors(file).includes(anchor))
}
