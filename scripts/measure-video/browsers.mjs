// Starts the system's browsers: `open(url)` loads a page, `run(text)` evaluates an async function body in it.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { launch } from 'puppeteer-core'

export const STARTERS = { chromium: startChromium, firefox: startFirefox, webkit: startWebKit }

async function startChromium() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--autoplay-policy=no-user-gesture-required',
    ],
  })
  const page = await browser.newPage()
  return {
    version: `Chromium ${browser.version()}`,
    open: (url) => page.goto(url),
    async reload() {
      const devtools = await page.context().newCDPSession(page)
      await devtools.send('Page.reload', { ignoreCache: true })
      await page.waitForTimeout(1_500)
    },
    run: (text) => page.evaluate(`(async () => { ${text} })()`),
    close: () => browser.close(),
  }
}

async function startFirefox() {
  const browser = await launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    protocolTimeout: 900_000,
    extraPrefsFirefox: {
      'media.autoplay.default': 0,
      'media.autoplay.blocking_policy': 0,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
    },
  })
  const page = await browser.newPage()
  return {
    version: (await browser.version()).replace('/', ' '),
    open: (url) => page.goto(url),
    async reload() {
      await page.evaluate('setTimeout(() => location.reload(true))')
      await new Promise((resolve) => setTimeout(resolve, 1_500))
    },
    run: (text) => page.evaluate(`(async () => { ${text} })()`),
    close: () => browser.close(),
  }
}

/** WebKitGTK's MiniBrowser by WebDriver, under a virtual display. */
async function startWebKit() {
  const port = await freePort()
  const runtime = mkdtempSync(join(tmpdir(), 'webkit-'))
  const driver = spawn(
    'xvfb-run',
    ['-a', '/usr/bin/WebKitWebDriver', `--port=${port}`, '--host=127.0.0.1'],
    {
      stdio: 'ignore',
      detached: true,
      env: {
        ...process.env,
        XDG_RUNTIME_DIR: runtime,
        HOME: runtime,
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
        LIBGL_ALWAYS_SOFTWARE: '1',
      },
    },
  )
  const call = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    })
    const { value } = await response.json()
    if (!response.ok) throw new Error(`${path}: ${value?.error}: ${value?.message}`)
    return value
  }
  await until(() =>
    call('GET', '/status').then(
      () => true,
      () => false,
    ),
  )
  const binary = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'
  const session = await call('POST', '/session', {
    capabilities: {
      alwaysMatch: {
        'webkitgtk:browserOptions': { binary, args: ['--automation', '--autoplay-policy=allow'] },
        timeouts: { script: 900_000, pageLoad: 60_000, implicit: 0 },
      },
    },
  })
  const path = `/session/${session.sessionId}`
  return {
    version: `WebKitGTK ${session.capabilities.browserVersion}`,
    open: (url) => call('POST', `${path}/url`, { url }),
    // WebDriver has no reload past the caches.
    reload: () => call('POST', `${path}/refresh`, {}),
    run: async (text) => {
      const script = `const done = arguments[arguments.length - 1]; (async () => { ${text} })().then((value) => done({ value }), (error) => done({ error: String(error) }))`
      const { value, error } = await call('POST', `${path}/execute/async`, { script, args: [] })
      if (error !== undefined) throw new Error(error)
      return value
    },
    async close() {
      await call('DELETE', path).catch(() => {})
      // The group: xvfb-run starts the display and the driver.
      process.kill(-driver.pid)
      rmSync(runtime, { recursive: true, force: true })
    },
  }
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function until(holds, within = 20_000) {
  const end = Date.now() + within
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('the condition did not come true')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
