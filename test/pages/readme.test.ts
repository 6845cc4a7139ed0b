import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { describe, expect, it, vi } from 'vitest'
import { renderReadme } from '../../src/pages/readme.js'

const here = { base: '' }
const EXTERNAL = ' rel="nofollow noopener noreferrer"'

describe('renderReadme', () => {
  it.each([
    ['a *b* **c** `d`', '<p>a <em>b</em> <strong>c</strong> <code>d</code></p>'],
    ['# Title', '<h2>Title</h2>'],
    ['###### Deep', '<h6>Deep</h6>'],
    ['<b onclick=x>a</b>', '<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>'],
    ['<script>alert(1)</script>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'],
    ['[a](film.mp4)', '<p><a href="film.mp4">a</a></p>'],
    ['[a](../x/ "t")', '<p><a href="../x/">a</a></p>'],
    ['[a](/x)', '<p><a href="/x">a</a></p>'],
    ['[a](https://h/)', `<p><a href="https://h/"${EXTERNAL}>a</a></p>`],
    ['[a](//h/)', `<p><a href="//h/"${EXTERNAL}>a</a></p>`],
    ['[a](mailto:b@c)', `<p><a href="mailto:b@c"${EXTERNAL}>a</a></p>`],
    ['<https://h/>', `<p><a href="https://h/"${EXTERNAL}>https://h/</a></p>`],
    ['[a](javascript:alert(1))', '<p>[a](javascript:alert(1))</p>'],
    ['[a](JaVaScRiPt&#58;alert(1))', '<p>[a](JaVaScRiPt:alert(1))</p>'],
    ['[a](data:text/html,x)', '<p>[a](data:text/html,x)</p>'],
    ['[a](vbscript:x)', '<p>[a](vbscript:x)</p>'],
    ['[a](blob:x)', '<p>[a](blob:x)</p>'],
    ['![p"q](a%20b.png)', '<p><img src="a%20b.png" alt="p&#34;q" loading="lazy"></p>'],
    ['![p](data:image/png;base64,AA)', '<p>![p](data:image/png;base64,AA)</p>'],
    ['![p](https://h/x.png)', `<p><a href="https://h/x.png"${EXTERNAL}>p</a></p>`],
    ['![](//h/x.png)', `<p><a href="//h/x.png"${EXTERNAL}>//h/x.png</a></p>`],
    ['```js\n<b>\n```', '<pre tabindex="0"><code>&#60;b&#62;\n</code></pre>'],
    ['    <i>', '<pre tabindex="0"><code>&#60;i&#62;\n</code></pre>'],
    ['``` "><script>\nx\n```', '<pre tabindex="0"><code>x\n</code></pre>'],
  ])('renders %j', (text, html) => {
    expect(renderReadme(text, here).trimEnd()).toBe(html)
  })

  it.each([
    ['[a](b.mp4) ![c](d.png)', 'films/b.mp4', 'films/d.png'],
    ['[a](/b) ![c](/d.png)', '/b', '/d.png'],
    ['[a](#b) ![c](../d.png)', '#b', 'films/../d.png'],
  ])('links %s from the URL of the listing', (text, href, src) => {
    const html = renderReadme(text, { base: 'films/' })
    expect(html).toContain(`href="${href}"`)
    expect(html).toContain(`src="${src}"`)
  })

  it('renders a table that scrolls by itself', () => {
    const html = renderReadme('|a|\n|-|\n|b|', here)
    expect(html).toMatch(/^<div class="lb-scroll" tabindex="0"><table>[\s\S]*<\/table><\/div>\n$/)
  })

  it('aligns columns by classes, as the policy of the page allows no style attribute', () => {
    const html = renderReadme('|a|b|c|\n|:-|:-:|-:|\n|1|2|3|\n', { base: '' })
    expect(html).not.toContain('style=')
    expect(html).toContain('<td>1</td>\n<td class="lb-center">2</td>\n<td class="lb-right">3</td>')
  })

  it('renders a text once for each place', () => {
    const render = vi.spyOn(MarkdownIt.prototype, 'render')
    const text = '[a](rendered-once.md)'
    const first = renderReadme(text, { base: '' })
    expect(renderReadme(text, { base: '' })).toBe(first)
    expect(renderReadme(text, { base: 'd/' })).toContain('d/rendered-once.md')
    expect(render).toHaveBeenCalledTimes(2)
    render.mockRestore()
  })

  it('writes no element, attribute or scheme but those that it knows, whatever the text', () => {
    const token = fc.constantFrom(
      ...[
        '<',
        '>',
        '"',
        "'",
        '&',
        '[',
        ']',
        '(',
        ')',
        '!',
        '#',
        '`',
        '\n',
        ' ',
        '|',
        '-',
        ':',
        '\\',
      ],
      ...[
        'javascript:',
        'data:',
        'https://',
        'a',
        '&#58;',
        '&quot;',
        'onerror=',
        '<img src=x ',
        '<!--',
      ],
    )
    const known =
      /^<(?:\/?(?:p|h[2-6]|em|strong|code|ul|ol|li|blockquote|div|table|thead|tbody|tr|th|td)|\/a|\/pre|br|hr|ol start="\d+"|a href="[^"<>]*"(?: rel="nofollow noopener noreferrer")?|img src="[^"<>]*" alt="[^"<>]*" loading="lazy"|div class="lb-scroll" tabindex="0"|pre tabindex="0"|t[hd] class="lb-(?:center|right)"|s|\/s)>$/
    fc.assert(
      fc.property(fc.array(token, { maxLength: 60 }), (tokens) => {
        const html = renderReadme(tokens.join(''), here)
        for (const [tag] of html.matchAll(/<[^>]*>?/g)) expect(tag).toMatch(known)
        expect(html).not.toMatch(/(?:href|src)="(?:javascript|data):/i)
      }),
      { numRuns: 500 },
    )
  })
})
