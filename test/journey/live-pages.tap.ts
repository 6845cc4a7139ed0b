import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import tap from 'tap'
import { Chromium } from '../fixture/browser.js'
import { Folder, pattern } from '../fixture/files.js'
import { needs, RunningProcess, run, Server } from '../fixture/process.js'
import { until } from '../fixture/until.js'
import { Workers } from '../fixture/workers.js'

const SIZE = 30_000_000
const TOKEN = 'it\'s-"se$cret'
const NAME = '🎬 סרט ארוך.mp4'
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe-core finds on a page, and what breaks its Content-Security-Policy. */
async function problems(page: Page): Promise<unknown> {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setBypassCSP', { enabled: true })
  await page.evaluate(AXE)
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const { violations } = await axe.run()
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
  })
  return found
}

/** Opens a page whose errors are collected, those of its policy among them. */
function watchErrors(page: Page): string[] {
  const errors: string[] = []
  page.on('console', (message) => {
    // A browser logs each refusal of a token or a rule too.
    if (message.type() === 'error' && !/status of 40[01]/.test(message.text()))
      errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  return errors
}

const tokenUrl = (server: Server, page: string) =>
  `${server.url}/-/${page}#token=${encodeURIComponent(TOKEN)}`

tap.test(
  'a transfer appears on the page, progresses, and is ended by its button; its client resumes',
  needs('curl', 'chromium'),
  async (t) => {
    // At 1 MB/s it is under way for longer than a busy browser needs for each step.
    const content = pattern(4 * SIZE)
    using folder = new Folder({ [NAME]: content })
    using out = new Folder()
    await using server = await Server.start([
      folder.path,
      '--transfers',
      '--transfers-token',
      TOKEN,
    ])
    await using browser = await Chromium.start()
    const { page } = browser
    const errors = watchErrors(page)
    await page.goto(tokenUrl(server, 'transfers'))
    await page.getByText('No transfer is running.').waitFor()
    t.notMatch(page.url(), /token/, 'the token is not in the address')

    const url = `${server.url}/${encodeURIComponent(NAME)}`
    const get = ['-sS', '--limit-rate', '1M', '-o', out.at('f'), url]
    await using first = new RunningProcess('curl', get)
    const row = page.locator('#running tr')
    await row.getByText(NAME).waitFor()
    const percent = async () => Number(await row.locator('progress').getAttribute('value'))
    const before = await percent()
    await page.waitForFunction(
      (value) => Number(document.querySelector('#running progress')?.getAttribute('value')) > value,
      before,
    )
    t.same(await problems(page), [])

    // By the keyboard alone: the button, the question, and Escape, which keeps the transfer.
    const button = row.getByRole('button', { name: /^End the transfer of .*127\.0\.0\.1$/ })
    await button.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText(NAME).waitFor()
    await page.keyboard.press('Escape')
    t.ok(await button.evaluate((element) => element === document.activeElement), 'focus is back')
    t.equal(first.hasEnded, false)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')

    t.equal((await first.handledExit()).code, 18, 'curl received a part')
    t.ok(statSync(out.at('f')).size < content.length)
    await page.locator('#finished tr').getByText('killed', { exact: true }).waitFor()
    await page.getByText('No transfer is running.').waitFor()
    await until(() => server.transfers.some(({ outcome }) => outcome === 'killed'))
    t.match(await (await fetch(`${server.url}/-/metrics`)).text(), /outcome="killed"\} 1/)

    const resumed = await run('curl', ['-sSf', '-C', '-', '-o', out.at('f'), url])
    t.equal(resumed.code, 0, resumed.stderr)
    t.ok(readFileSync(out.at('f')).equals(content), 'the client has every byte')
    await page.locator('#finished tr').getByText('complete', { exact: true }).waitFor()
    t.same(errors, [])
  },
)

tap.test(
  'the transfers of all workers are on the page, which a wrong token does not open',
  needs('curl', 'chromium'),
  async (t) => {
    using folder = new Folder({ f: pattern(SIZE) })
    const flags = ['--workers', '2', '--transfers', '--transfers-token', TOKEN]
    await using workers = await Workers.run(['serve', folder.path, ...flags])
    const { server } = workers
    const clients = [await workers.clientOf(1), await workers.clientOf(2)]
    for (const client of clients) {
      client.socket.pause()
      client.request('/f', { Connection: 'close' })
    }
    await using browser = await Chromium.start()
    const { page } = browser
    await page.goto(`${server.url}/-/transfers#token=wrong`)
    await page.getByText('This is not the token of this server.').waitFor()
    t.equal(await page.locator('#live').isVisible(), false)
    await page.getByLabel('Token').fill(TOKEN)
    await page.getByRole('button', { name: 'Open' }).click()
    for (const worker of [1, 2])
      await page.locator('#running').getByText(`worker ${worker}`).waitFor()

    // Whichever worker receives the request, the one with the transfer ends it.
    for (const worker of [1, 2]) {
      const row = page.locator('#running tr', { hasText: `worker ${worker}` })
      await row.getByRole('button').click()
      await page.getByRole('button', { name: 'End it' }).click()
      const ended = page.locator('#finished tr', { hasText: `worker ${worker}` })
      await ended.getByText('killed', { exact: true }).waitFor()
    }
    for (const client of clients) client[Symbol.dispose]()
  },
)

tap.test(
  'a fault that the form arms acts on the next request, and is in the journal; the copied line arms it again',
  needs('curl', 'chromium', 'bash'),
  async (t) => {
    using folder = new Folder({ f: pattern(100_000) })
    const flags = ['--faults', '--fault-token', TOKEN, '--fault-seed', '7']
    await using server = await Server.start([folder.path, ...flags])
    await using browser = await Chromium.start()
    const { page } = browser
    const errors = watchErrors(page)
    await page.goto(tokenUrl(server, 'faults'))
    await page.getByText('No rule is armed.').waitFor()
    t.same(await problems(page), [])

    await page.getByLabel('Kind').selectOption('truncate')
    await page.locator('#truncate-at').fill('nowhere')
    await page.getByRole('button', { name: 'Arm', exact: true }).click()
    await page.getByText('fault.at: expected an offset in bytes').waitFor()
    await page.locator('#truncate-at').fill('5000')
    await page.getByText('Which requests get it, and how often').click()
    await page.locator('#match-path').fill('/f*')
    await page.locator('#rule-id').fill('cut')
    await page.locator('#rule-times').fill('1')
    await page.getByRole('button', { name: 'Arm', exact: true }).click()
    await page.locator('#rules tr').getByText('truncate at 5000').waitFor()
    t.same(await problems(page), [])

    const cut = await run('curl', [
      '-sS',
      '-o',
      '/dev/null',
      '-w',
      '%{size_download}',
      `${server.url}/f`,
    ])
    t.match(cut, { code: 18, stdout: '5000' })
    const entry = page.locator('#journal tr')
    await entry.getByText('injected').waitFor()
    await page.locator('#rules').getByText('0 of 1').waitFor()

    await page.getByRole('button', { name: 'Disarm all' }).click()
    await page.getByText('No rule is armed.').waitFor()
    await page.getByText('For a terminal, and for a test').click()
    const line = page.getByLabel('With curl')
    t.match(await line.inputValue(), /^curl -H "Authorization: Bearer \$TOKEN" --json '/)
    t.notMatch(await line.inputValue(), /se\$cret/)
    const env = { ...process.env, TOKEN }
    await using armed = new RunningProcess('bash', ['--norc', '-c', await line.inputValue()], {
      env,
    })
    t.match(JSON.parse((await armed.handledExit()).stdout), { id: 'cut', left: 1 })
    await page.locator('#rules').getByText('1 of 1').waitFor()

    await page.getByRole('button', { name: 'Disarm cut' }).click()
    await page.getByText('No rule is armed.').waitFor()
    await page.getByLabel('with the token of this server').check()
    const again = await run('bash', ['--norc', '-c', await line.inputValue()])
    t.match(JSON.parse(again.stdout), { id: 'cut', left: 1 })
    t.match(await page.getByLabel('In a test, in TypeScript').inputValue(), /seed: 7.*"id": "cut"/s)
    t.same(errors, [])
  },
)

tap.test(
  'without JavaScript, a request with the permission gets the tables',
  needs('chromium'),
  async (t) => {
    using folder = new Folder({ f: pattern(100) })
    const local = [
      '--transfers',
      '--transfers-access',
      'local',
      '--faults',
      '--fault-access',
      'local',
    ]
    await using server = await Server.start([folder.path, ...local])
    await (await fetch(`${server.url}/f`)).arrayBuffer()
    await using browser = await Chromium.start()
    const context = await browser.page.context().browser()?.newContext({ javaScriptEnabled: false })
    const page = await context?.newPage()
    await page?.goto(`${server.url}/-/transfers`)
    t.equal(await page?.locator('#finished tr').getByText('complete').count(), 1)
    t.match(await page?.content(), /<noscript>.*reload it to see later ones/)
    await page?.goto(`${server.url}/-/faults`)
    t.ok(await page?.getByText('No rule is armed.').isVisible())
    t.match(await page?.content(), /<noscript>.*Arming a fault here needs JavaScript\./)
    await context?.close()
  },
)

for (const width of [1280, 390]) {
  tap.test(
    `the pages have no horizontal scroll bar at a width of ${width}`,
    needs('chromium'),
    async (t) => {
      const name = `${'a-very-long-name-'.repeat(12)}.mp4`
      using folder = new Folder({ [name]: pattern(100) })
      const local = [
        '--transfers',
        '--transfers-access',
        'local',
        '--faults',
        '--fault-access',
        'local',
      ]
      await using server = await Server.start([folder.path, ...local])
      await (await fetch(`${server.url}/${name}`)).arrayBuffer()
      await using browser = await Chromium.start()
      const { page } = browser
      await page.setViewportSize({ width, height: 844 })
      for (const path of ['transfers', 'faults']) {
        await page.goto(`${server.url}/-/${path}`)
        await page.getByText('Live.').waitFor()
        if (path === 'transfers') await page.getByText(name).waitFor()
        for (const summary of await page.locator('summary:visible').all()) await summary.click()
        t.equal(await page.evaluate(() => document.documentElement.scrollWidth), width)
        t.same(await problems(page), [])
      }
    },
  )
}
