// Records the picture at the top of README.md: a film plays in Chromium while its server is killed and started
// again. The terminal below the player shows what happens to the server, when it happens. Requires a build, ffmpeg
// and Chromium (CHROMIUM, default /usr/bin/chromium).
//
// npm run record [-- FILE]                                        default: docs/images/killed-server.webp
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { chromium } from 'playwright-core'
import { writeAnimation } from './animation.mjs'
import { Pane } from './pane.mjs'
import { Terminal } from './terminal.mjs'

const OUTPUT = process.argv[2] ?? 'docs/images/killed-server.webp'
const [WIDTH, PLAYER, TERMINAL] = [800, 545, 160]
/** A film of 45 KB/s: the browser can't have all of it before the server is killed. */
const RATE = '64K'
/** Times of the story, in ms. */
const [BEFORE, OUTAGE, AFTER] = [1_200, 4_500, 3_200]

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** 8080, as in the documentation, or a free port if it is in use. */
async function openPort() {
  for (const port of [8080, 0]) {
    const server = createServer()
    const found = await new Promise((resolve) => {
      server.once('error', () => resolve(undefined))
      server.listen(port, '127.0.0.1', () => resolve(server.address().port))
    })
    if (found === undefined) continue
    await new Promise((resolve) => server.close(resolve))
    return found
  }
}

/** A server as a process, which is listening. */
async function startServer(port) {
  const args = ['dist/cli/main.js', 'serve', 'media', '--list', '--rate', RATE]
  const child = spawn(process.execPath, [...args, '--port', port], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => {
      if (/Server listening at/.test(text)) resolve()
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
  return child
}

async function record(browser, folder) {
  const port = await openPort()
  const terminalPane = await Pane.open(browser, {
    folder,
    name: 'terminal',
    width: WIDTH,
    height: TERMINAL,
  })
  const playerPane = await Pane.open(browser, {
    folder,
    name: 'player',
    width: WIDTH,
    height: PLAYER,
  })
  const terminal = await Terminal.open(terminalPane.page)
  const command = `lastbyte serve media --rate ${RATE} &`
  let server = await startServer(port)
  try {
    await terminal.type(command)
    await terminal.print(`Server listening at http://127.0.0.1:${port}`)
    const { page } = playerPane
    await page.goto(`http://127.0.0.1:${port}/-/watch/clip.mp4`)
    await page.evaluate(() => {
      const video = document.querySelector('video')
      video.muted = true
      return video.play()
    })
    await page.waitForFunction(() => document.querySelector('video').currentTime > 2.2)
    const from = Date.now()
    await pause(BEFORE)
    await terminal.type(`kill -9 ${server.pid}`)
    server.kill('SIGKILL')
    await terminal.print(`[1]+  Killed                  ${command.slice(0, -2)}`)
    await pause(OUTAGE)
    await terminal.type(command)
    server = await startServer(port)
    await terminal.print(`Server listening at http://127.0.0.1:${port}`)
    const stopped = await page.evaluate(() => document.querySelector('video').currentTime)
    await page
      .waitForFunction(
        (second) => document.querySelector('video').currentTime > second + 0.2,
        stopped,
      )
      .catch(() => process.stderr.write('the film does not play on\n'))
    await pause(AFTER)
    const to = Date.now()
    await Promise.all([playerPane.stop(), terminalPane.stop()])
    return { from, to, panes: [playerPane, terminalPane] }
  } finally {
    server.kill('SIGKILL')
  }
}

const folder = mkdtempSync(join(tmpdir(), 'lastbyte-record-'))
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-background-networking',
    '--autoplay-policy=no-user-gesture-required',
  ],
})
try {
  const { from, to, panes } = await record(browser, folder)
  mkdirSync(dirname(OUTPUT), { recursive: true })
  writeAnimation(OUTPUT, { panes, from, to, framesPerSecond: 8, quality: 45, folder })
  const [seconds, megabytes] = [(to - from) / 1000, statSync(OUTPUT).size / 1e6]
  process.stdout.write(`${OUTPUT}: ${seconds.toFixed(1)} s, ${megabytes.toFixed(2)} MB\n`)
} finally {
  await browser.close()
  rmSync(folder, { recursive: true })
}
