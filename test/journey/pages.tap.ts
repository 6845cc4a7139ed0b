import type { Page } from 'playwright-core'
import tap from 'tap'
import { Folder } from '../fixture/files.js'
import { inForm, isLong } from '../fixture/long-form.js'
import { needs } from '../fixture/process.js'
import { axeFindings, overflow, unreachedControls } from './pages/page-check.js'

interface PageEntry {
  readonly name: string
  readonly title: string
  readonly path: string
  readonly status?: number
  readonly prepare?: (page: Page, served: Served) => Promise<void>
}

interface Served {
  readonly url: string
  restore(): Promise<void>
  kill(): Promise<void>
}

interface Camera {
  open(size: 'desktop' | 'phone', scheme: 'light' | 'dark'): Promise<Page>
  close(page: Page): Promise<void>
  end(): Promise<void>
}

// The scripts are JavaScript without type declarations.
const load = (file: string) =>
  import(new URL(`../../scripts/screenshots/${file}`, import.meta.url).href)
const { PAGES } = (await load('pages.mjs')) as { readonly PAGES: readonly PageEntry[] }
const { writeSite } = await load('site.mjs')
const served = await load('served.mjs')
const { startChromium, SIZES } = await load('cameras.mjs')

/** What is expected of a page whose response is an error, or whose server has been killed. */
const FAILED_LOAD = /^Failed to load resource/

/** The short form opens each page once, and turns it into a phone afterwards. */
const LOADS = inForm<readonly (readonly ['desktop' | 'phone', 'light' | 'dark'])[]>({
  short: [['desktop', 'light']],
  long: [
    ['desktop', 'light'],
    ['phone', 'dark'],
  ],
})

const skip = needs('chromium', 'ffmpeg')
tap.test('every page', skip, async (t) => {
  using site = new Folder()
  writeSite(site.path)
  const server: Served = await served.Served.start(site.path)
  const camera: Camera = await startChromium()
  t.teardown(async () => {
    await camera.end()
    await server.kill()
  })
  const only = process.env.ONLY
  for (const { name, title, path, status = 200, prepare } of PAGES.filter(
    (p) => !only || only === p.name,
  )) {
    await t.test(
      `${title} (${name}) has no findings of axe in light and dark, works by keyboard, and fits a phone`,
      async (t) => {
        for (const [size, scheme] of LOADS) {
          const page = await camera.open(size, scheme)
          const errors: string[] = []
          const foreign: string[] = []
          page.on('pageerror', (error) => errors.push(String(error)))
          page.on('console', (message) => {
            if (message.type() === 'error' && !FAILED_LOAD.test(message.text()))
              errors.push(message.text())
          })
          page.on('request', (request) => {
            if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(server.url))
              foreign.push(request.url())
          })
          const response = await page.goto(`${server.url}${path}`)
          t.equal(response?.status(), status)
          await prepare?.(page, server)
          t.same(await axeFindings(page), [], `axe, ${scheme}`)
          if (size === 'desktop')
            t.same(await unreachedControls(page), [], 'controls without keyboard')
          if (!isLong) {
            await page.setViewportSize(SIZES.phone)
            await page.emulateMedia({ colorScheme: 'dark' })
            t.same(await axeFindings(page), [], 'axe, dark')
          }
          if (size === 'phone' || !isLong)
            t.equal((await overflow(page)).px, 0, `overflow: ${(await overflow(page)).widest}`)
          t.same(errors, [], 'errors of the console')
          t.same(foreign, [], 'requests to other origins')
          await camera.close(page)
          await server.restore()
        }
      },
    )
  }
})
