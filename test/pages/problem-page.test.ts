import { describe, expect, it } from 'vitest'
import { type ProblemPage, problemPage } from '../../src/pages/problem-page.js'

const NOT_FOUND: ProblemPage = {
  status: 404,
  title: 'Not Found',
  detail: undefined,
  path: '/films/a/b.mp4',
  retryAfter: undefined,
  files: '../',
  above: './',
}

describe('problemPage', () => {
  it('says what has happened, and links the folder above and all files', () => {
    const html = problemPage(NOT_FOUND)
    expect(html).toContain('404 Not Found')
    expect(html).toContain('<h1>There is nothing at this address</h1>')
    expect(html).toContain('href="../-/assets/lastbyte.css"')
    expect(html).toContain('<a class="lb-button" href="./">The folder above</a>')
    expect(html).toContain('<a href="../">All files</a>')
    expect(html).not.toContain('<script')
    expect(html).not.toContain('Try again</a>')
  })

  it('links the folder of the page itself by ./, since an empty reference is that of the page', () => {
    const html = problemPage({ ...NOT_FOUND, files: '', above: undefined })
    expect(html).toContain('<a class="lb-button" href="./">All files</a>')
    expect(html).toContain('href="-/assets/lastbyte.css"')
  })

  it.each([
    ['/%E4%BD%A0%20b', '你 b'],
    ['/%3Cscript%3E', '/&#60;script&#62;'],
    ['/%zz', '/%zz'],
    ['/%ff', '/%ff'],
    ['/%1b%5B31m', '/\\u001b[31m'],
    ['/%E2%80%AEgpj.exe', '/\\u202egpj.exe'],
  ])('shows the path %s as text: %s', (path, shown) => {
    const html = problemPage({ ...NOT_FOUND, path })
    expect(html).toContain(shown)
    for (const acting of ['<script', '\u001b', '\u202e']) expect(html).not.toContain(acting)
  })

  it('shortens a long path in its middle', () => {
    const html = problemPage({ ...NOT_FOUND, path: `/begin${'x'.repeat(8000)}end` })
    expect(html).toContain('/begin')
    expect(html).toContain('end</bdi>')
    expect(html.length).toBeLessThan(2500)
  })

  it('escapes the detail', () => {
    expect(problemPage({ ...NOT_FOUND, detail: '<b>"' })).toContain('&#60;b&#62;&#34;')
  })

  it.each([429, 502, 503, 504])(
    'counts down for a %s, with a refresh without scripts',
    (status) => {
      const html = problemPage({ ...NOT_FOUND, status, retryAfter: 4_200 })
      expect(html).toContain('role="timer" data-seconds="5">Trying again in 5 s<')
      expect(html).toContain('<noscript><meta http-equiv="refresh" content="5"></noscript>')
      expect(html).toContain('src="../-/assets/problem.js"')
      expect(html).toContain('<a class="lb-button" href="">Try again</a>')
    },
  )

  it.each<[string, Partial<ProblemPage>]>([
    ['no Retry-After', { status: 503 }],
    ['a Retry-After of a day', { status: 503, retryAfter: 86_400_000 }],
    ['a status that stays', { status: 404, retryAfter: 1_000 }],
  ])('does not count down for %s', (_what, problem) => {
    const html = problemPage({ ...NOT_FOUND, ...problem })
    expect(html).not.toMatch(/http-equiv|<script|timer/)
  })

  it('has no inline script, style or event handler', () => {
    const html = problemPage({ ...NOT_FOUND, status: 503, retryAfter: 1_000 })
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]* src=)/)
  })
})
