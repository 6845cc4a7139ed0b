// The two browsers, as functions that open a page with a size and a colour scheme.
import { chromium } from 'playwright-core'
import { launch } from 'puppeteer-core'

export const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }
export const SCHEMES = ['light', 'dark']

/** @returns {open(size, scheme): page, close()} */
export async function startChromium() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--autoplay-policy=no-user-gesture-required',
    ],
  })
  return {
    name: 'chromium',
    async open(size, scheme) {
      const phone = size === 'phone' ? { hasTouch: true, isMobile: true } : {}
      const options = { viewport: SIZES[size], colorScheme: scheme, ...phone }
      const context = await browser.newContext({ ...options, reducedMotion: 'reduce' })
      return context.newPage()
    },
    close: (page) => page.context().close(),
    end: () => browser.close(),
  }
}

/** Its colour scheme is a preference: each scheme has a process of its own. */
export async function startFirefox() {
  const browsers = {}
  for (const scheme of SCHEMES) {
    browsers[scheme] = await launch({
      browser: 'firefox',
      executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
      headless: true,
      extraPrefsFirefox: {
        'layout.css.prefers-color-scheme.content-override': scheme === 'dark' ? 0 : 1,
        'ui.prefersReducedMotion': 1,
        'media.autoplay.default': 0,
        'media.autoplay.blocking_policy': 0,
      },
    })
  }
  return {
    name: 'firefox',
    async open(size, scheme) {
      const page = await browsers[scheme].newPage({ type: 'window' })
      await page.setViewport(SIZES[size])
      return page
    },
    close: (page) => page.close(),
    end: () => Promise.all(Object.values(browsers).map((browser) => browser.close())),
  }
}
