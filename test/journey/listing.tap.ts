import { readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import tap from 'tap'
import { Chromium } from '../fixture/browser.js'
import { JPEG, mp3WithCovers } from '../fixture/covers.js'
import { Folder } from '../fixture/files.js'
import { inForm } from '../fixture/long-form.js'
import { needs, run, Server } from '../fixture/process.js'
import { until } from '../fixture/until.js'

const FILES = {
  'Season 1/poster.jpg': JPEG,
  'Season 1/a.mp4': 'x',
  'Film 10.mp4': 'x'.repeat(10),
  'Film 2.mp4': 'x'.repeat(2000),
  'Film 2.jpg': JPEG,
  'song.mp3': mp3WithCovers({ kind: 3, picture: JPEG }),
  'notes.txt': 'x'.repeat(300),
  'סרט פרק 1.mp4': 'x',
  'README.md': '# About\n\n[notes](notes.txt) <script>alert(1)</script>',
  [`${'long '.repeat(40)}.txt`]: 'x',
  [`${'unbroken'.repeat(25)}.txt`]: 'x',
}

/** The names that a person sees, in order. */
const shownNames = (page: Page) => page.locator('.lb-rows tbody tr:visible bdi').allTextContents()

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

/** The violations that axe finds on a page. */
async function violations(page: Page): Promise<string[]> {
  const script = await readFile(
    createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
    'utf8',
  )
  await page.evaluate(script)
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }
    const { violations } = await axe.run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  })
}

tap.test(
  'a listing in Chromium filters as one types, and sorts by URL',
  needs('chromium'),
  async (t) => {
    using folder = new Folder(FILES)
    await using server = await Server.start([folder.path, '--list', '--readme'])
    await using chromium = await Chromium.start()
    const { page } = chromium
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    await page.goto(server.url)
    const all = await shownNames(page)
    t.equal(all.length, 10)
    t.same(all.slice(0, 3), ['Season 1/', 'Film 2.jpg', 'Film 2.mp4'])

    await page.keyboard.press('/')
    await page.keyboard.type('FILM mp4')
    t.same(await shownNames(page), ['Film 2.mp4', 'Film 10.mp4'])
    t.equal(await page.locator('#count').textContent(), '2 of 10 names match')
    t.equal(new URL(page.url()).search, '?q=FILM+mp4')

    await page.getByRole('button', { name: 'Size' }).click()
    await page.waitForURL(/sort=size/)
    t.same(
      await shownNames(page),
      ['Film 2.mp4', 'Film 10.mp4'],
      'sorted by size, filtered as before',
    )
    const sorted = page.locator('[aria-sort]')
    t.equal(await sorted.getAttribute('aria-sort'), 'descending')
    await page.getByRole('button', { name: 'Size' }).click()
    await page.waitForURL(/order=asc/)
    t.same(await shownNames(page), ['Film 10.mp4', 'Film 2.mp4'])

    await page.keyboard.press('Escape')
    await page.waitForFunction(() => document.querySelectorAll('.lb-rows tbody tr').length === 10)
    t.equal((await shownNames(page)).length, 10, 'the names that the server left out are back')
    t.equal(await page.locator('.lb-readme h2').textContent(), 'About')
    t.same(errors, [])
  },
)

tap.test(
  'a listing in Chromium shows posters in a grid, and remembers it',
  needs('chromium'),
  async (t) => {
    using folder = new Folder(FILES)
    await using server = await Server.start([folder.path, '--list'])
    await using chromium = await Chromium.start()
    const { page } = chromium
    const requested: string[] = []
    page.on('request', (request) => requested.push(new URL(request.url()).pathname))
    await page.goto(server.url)
    const pictures = () => requested.filter((path) => /posters|\.jpg$/.test(path))
    t.same(pictures(), [], 'a list loads no picture')
    await page.keyboard.press('g')
    // The bytes of these pictures can't be decoded, so that their elements are removed as soon as they have arrived.
    for (const path of ['/-/posters/Season%201/', '/Film%202.jpg', '/-/posters/song.mp3']) {
      await until(() => pictures().includes(path))
    }
    await page.reload()
    t.equal(await page.locator('#listing').getAttribute('class'), 'lb-listing lb-grid')
    await page.goto(`${server.url}/?view=list`)
    t.equal(
      await page.locator('#listing').getAttribute('class'),
      'lb-listing lb-list',
      'a URL decides',
    )
  },
)

tap.test(
  'a listing in Chromium is used by keys, and copies links',
  needs('chromium'),
  async (t) => {
    using folder = new Folder(FILES)
    await using server = await Server.start([folder.path, '--list'])
    await using chromium = await Chromium.start()
    const { page } = chromium
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.goto(server.url)
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    await page.keyboard.press('j')
    t.equal(await focused(), 'Season 1/')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('j')
    t.equal(await focused(), 'Film 2.mp4')
    await page.keyboard.press('c')
    await page.waitForFunction(() => document.querySelector('.lb-toast')?.textContent !== '')
    t.equal(await page.evaluate(() => navigator.clipboard.readText()), `${server.url}/Film%202.mp4`)
    await page.keyboard.press('?')
    t.ok(await page.getByRole('dialog').isVisible())
    t.same(await violations(page), [], 'with the sheet of keys')
    await page.keyboard.press('Escape')
    t.notOk(await page.getByRole('dialog').isVisible())
    await page.keyboard.press('Home')
    await page.keyboard.press('Enter')
    await page.waitForURL(/Season/)
    await page.keyboard.press('Backspace')
    await page.waitForURL(`${server.url}/`)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('a[download][href="notes.txt"]').click(),
    ])
    t.equal(download.suggestedFilename(), 'notes.txt')
  },
)

const LISTINGS = ['/', '/?view=grid', '/a/b%20c/d/', '/?q=nothing']
/** Each listing in one of the schemes in the short form, in both in the long one. */
const SCHEMES = inForm({
  short: { light: LISTINGS.slice(0, 2), dark: LISTINGS.slice(2) },
  long: { light: LISTINGS, dark: LISTINGS },
})
for (const colorScheme of ['light', 'dark'] as const) {
  tap.test(
    `a listing of awkward names fits a phone, and axe finds nothing in it, ${colorScheme}`,
    needs('chromium'),
    async (t) => {
      using folder = new Folder({ ...FILES, 'a/b c/d/x.mp4': 'x' })
      await using server = await Server.start([folder.path, '--list', '--readme'])
      await using chromium = await Chromium.start()
      const { page } = chromium
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width: 390, height: 844 })
      for (const path of SCHEMES[colorScheme]) {
        await page.goto(server.url + path)
        const width = await page.evaluate(() => document.documentElement.scrollWidth)
        t.equal(width, 390, `${path} is not scrolled sideways`)
        t.same(await violations(page), [], path)
      }
      await page.goto(`${server.url}/`)
      t.equal((await textStarts(page)).length, 1, 'names, sizes and dates of folders stand in line')
    },
  )
}

tap.test(
  'a listing is sorted, filtered and shown as a grid without JavaScript',
  needs('chromium'),
  async (t) => {
    using folder = new Folder(FILES)
    await using server = await Server.start([folder.path, '--list'])
    await using chromium = await Chromium.start()
    const browser = chromium.page.context().browser()
    const page = await browser?.newPage({ javaScriptEnabled: false })
    if (page === undefined) throw new Error('expected a browser')
    await page.goto(server.url)
    await page.getByRole('searchbox').fill('film')
    await page.getByRole('button', { name: 'Filter' }).click()
    t.same(await shownNames(page), ['Film 2.jpg', 'Film 2.mp4', 'Film 10.mp4'])
    await page.getByRole('button', { name: 'Name' }).click()
    t.same(await shownNames(page), ['Film 10.mp4', 'Film 2.mp4', 'Film 2.jpg'])
    await page.getByRole('button', { name: 'Grid' }).click()
    t.equal(await page.locator('img[src="Film%202.jpg"][loading="lazy"]').count(), 2)
    t.match(page.url(), /q=film/)
  },
)

tap.test(
  '10,000 names appear by the work for those that are seen, and are filtered at once',
  needs('chromium'),
  async (t) => {
    using folder = new Folder()
    for (let index = 0; index < 10_000; index += 1) folder.write(`Film ${index}.mp4`, '')
    await using server = await Server.start([folder.path, '--list'])
    await using chromium = await Chromium.start()
    const { page } = chromium
    await page.goto(server.url)
    await page.goto(server.url)
    const found = await page.evaluate(() => {
      const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
      const rows = [...document.querySelectorAll('.lb-rows tbody th')]
      const rendered = rows.filter((row) => row.checkVisibility({ contentVisibilityAuto: true }))
      return {
        rows: rows.length,
        rendered: rendered.length,
        buttons: document.querySelectorAll('.lb-rows tbody button').length,
        bytes: entry?.transferSize ?? 0,
        response: entry?.responseEnd ?? 0,
        ready: entry?.domContentLoadedEventEnd ?? 0,
      }
    })
    // What bounds the time on any machine: less than a second on one that is idle.
    const { response, ready } = found
    t.comment(`the response took ${Math.round(response)} ms, the page ${Math.round(ready)} ms`)
    t.equal(found.rows, 10_000)
    t.ok(found.bytes < 4e6, `${found.bytes} bytes`)
    t.ok(found.rendered < 200, `${found.rendered} rows are laid out`)
    t.ok(found.buttons < 200, `${found.buttons} rows have a button`)
    await page.keyboard.press('/')
    await page.keyboard.type('9999')
    t.same(await shownNames(page), ['Film 9999.mp4'])
  },
)

/** The files below a folder that a program has copied. */
const copied = (folder: Folder, names: readonly string[]) =>
  names.filter((name) => statSync(folder.at(name), { throwIfNoEntry: false })?.isFile())

const TREE = { 'a b.mp4': '1', 'c#d?.txt': '2', 'films/100%.txt': '3', 'films/new/e:f.txt': '4' }
const PROGRAMS = [
  [
    'wget',
    (url: string, to: string) => ['-nv', '-r', '-np', '-nH', '-l', '9', '-P', to, `${url}/`],
  ],
  ['lftp', (url: string, to: string) => ['-c', `mirror ${url}/ ${to}`]],
  ['rclone', (url: string, to: string) => ['copy', '--http-url', `${url}/`, ':http:', to]],
] as const
for (const [program, args] of PROGRAMS) {
  tap.test(
    `${program} copies a whole folder by its listings, and ends`,
    needs(program),
    async (t) => {
      using folder = new Folder(TREE)
      using target = new Folder()
      await using server = await Server.start([folder.path, '--list'])
      const { code, stderr } = await run(program, args(server.url, target.path))
      t.equal(code, 0, stderr)
      t.same(copied(target, Object.keys(TREE)), Object.keys(TREE))
      const all = readdirSync(target.path, { recursive: true }).map(String)
      const listings = all.filter((name) => /[?@](?:sort|order|view|q)=/.test(name))
      t.same(listings, [], 'it has fetched no other order or form of a listing')
    },
  )
}

/** The px at which the text below an icon begins: names, and the first of size and date. */
function textStarts(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const left = (node: Node | null) => {
      const range = document.createRange()
      range.selectNodeContents(node as Node)
      return Math.round(range.getBoundingClientRect().left)
    }
    const rows = [...document.querySelectorAll('.lb-list .lb-rows tbody tr:not(.lb-parent)')]
    const starts = rows.flatMap((row) => [
      left(row.querySelector('th a')),
      left(row.querySelector('td:not(:empty)')),
    ])
    return [...new Set(starts)]
  })
}
