import { describe, expect, it } from 'vitest'
import { renderPage, upTo } from '../../src/pages/page.js'

describe('renderPage', () => {
  it('links the stylesheet and the script, and escapes the title', () => {
    const html = renderPage({
      title: '</title><b>',
      assets: '../-/assets/',
      script: 'player.js',
      main: '<h1>x</h1>',
    })
    expect(html).toContain('<link rel="stylesheet" href="../-/assets/lastbyte.css">')
    expect(html).toContain('<script type="module" src="../-/assets/player.js"></script>')
    expect(html).not.toContain('<b>')
    expect(html).toContain('<h1>x</h1>')
  })

  it('has no script element where the page has no script', () => {
    expect(renderPage({ title: 't', assets: './', main: '' })).not.toContain('<script')
  })
})

describe('upTo', () => {
  it.each([
    ['', ''],
    ['a', ''],
    ['a/', '../'],
    ['a/b.mp4', '../'],
    ['-/watch/a/b.mp4', '../../../'],
  ])('leads from %s to the folder of all files', (path, reference) => {
    const folder = 'http://host/films/'
    expect(upTo(path)).toBe(reference)
    expect(new URL(`${reference}f`, folder + path).href).toBe(`${folder}f`)
  })
})
