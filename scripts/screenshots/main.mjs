// Makes the pictures of docs/pages.md: each page in two sizes and both colour schemes. Requires a build, ffmpeg,
// and Chromium or Firefox (CHROMIUM, FIREFOX).
//
// npm run screenshots [-- --browser firefox] [--to FOLDER] [--only NAME]…
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SCHEMES, SIZES, startChromium, startFirefox } from './cameras.mjs'
import { writeDocument } from './document.mjs'
import { PAGES } from './pages.mjs'
import { Served } from './served.mjs'
import { writeSite } from './site.mjs'

const { values } = parseArgs({
  options: {
    browser: { type: 'string', default: 'chromium' },
    to: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    site: { type: 'string' },
  },
})
const IMAGES = 'docs/images/pages'
const isDocumentation = values.to === undefined && values.browser === 'chromium'
const to = values.to ?? IMAGES

/** A picture as WebP for the documentation, as PNG elsewhere. */
function keep(name, png) {
  if (!isDocumentation) return writeFileSync(join(to, `${name}.png`), png)
  const output = join(to, `${name}.webp`)
  const args = [
    '-v',
    'error',
    '-y',
    '-f',
    'png_pipe',
    '-i',
    '-',
    '-c:v',
    'libwebp',
    '-quality',
    '80',
  ]
  const { status, stderr } = spawnSync('ffmpeg', [...args, output], { input: png })
  if (status !== 0) throw new Error(`ffmpeg ended with ${status}: ${stderr}`)
  return undefined
}

async function picture(camera, served, { page: { name, path, prepare }, size, scheme }) {
  const page = await camera.open(size, scheme)
  try {
    await page.goto(`${served.url}${path}`, { waitUntil: 'load' })
    await prepare?.(page, served)
    keep(`${name}-${size}-${scheme}`, await page.screenshot())
  } finally {
    await camera.close(page)
    await served.restore()
  }
}

const site = values.site ?? mkdtempSync(join(tmpdir(), 'lastbyte-screenshots-'))
if (values.site === undefined) writeSite(site)
const served = await Served.start(site)
const camera = await (values.browser === 'firefox' ? startFirefox() : startChromium())
try {
  mkdirSync(to, { recursive: true })
  const wanted = PAGES.filter(({ name }) => values.only.length === 0 || values.only.includes(name))
  for (const page of wanted)
    for (const size of Object.keys(SIZES))
      for (const scheme of SCHEMES) {
        await picture(camera, served, { page, size, scheme }).catch((error) => {
          process.exitCode = 1
          process.stderr.write(`${page.name} ${size} ${scheme}: ${error.message}\n`)
        })
      }
  if (isDocumentation) writeDocument('docs/pages.md', IMAGES, PAGES)
} finally {
  await camera.end()
  await served.kill()
  if (values.site === undefined) rmSync(site, { recursive: true })
}
