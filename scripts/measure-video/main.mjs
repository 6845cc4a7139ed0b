// Measures what browsers accept of a service worker that answers media requests, and how long it lives.
// Use: node scripts/measure-video/main.mjs [--browser NAME]… [--only CASE]… [--film FILE] [--long]
// Without --film, ffmpeg makes a film of 120 s. Cases of more than a minute run with --long only.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { STARTERS } from './browsers.mjs'
import { CASES } from './cases.mjs'
import { startSite } from './site.mjs'

const { values } = parseArgs({
  options: {
    browser: { type: 'string', multiple: true, default: Object.keys(STARTERS) },
    only: { type: 'string', multiple: true, default: [] },
    film: { type: 'string' },
    long: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'measure-video-'))
const film = values.film ?? makeFilm(join(folder, 'film.mp4'))
const chosen = Object.entries(CASES).filter(([name, { long = false }]) =>
  values.only.length === 0 ? values.long || !long : values.only.includes(name),
)
const rows = new Map(chosen.map(([name]) => [name, {}]))
const versions = {}
for (const name of values.browser) {
  for (const [title, { measure }] of chosen) {
    const site = await startSite(film)
    const browser = await STARTERS[name]()
    versions[name] = browser.version
    let result
    try {
      result = await measure({ site, browser })
    } catch (error) {
      result = `failed: ${error.message}`
    }
    rows.get(title)[name] = result
    console.error(`${name}: ${title}: ${result}`)
    if (values.verbose)
      for (const entry of site.entries) console.error('   ', JSON.stringify(entry))
    await browser.close()
    site.close()
  }
}
rmSync(folder, { recursive: true })
const names = values.browser
console.log(`| | ${names.map((name) => versions[name]).join(' | ')} |`)
console.log(`|---|${names.map(() => '---').join('|')}|`)
for (const [title, { question }] of chosen) {
  console.log(`| ${question} | ${names.map((name) => rows.get(title)[name]).join(' | ')} |`)
}
process.exit()

function makeFilm(path) {
  const video = [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=640x360:rate=25',
    '-f',
    'lavfi',
    '-i',
    'sine=440',
  ]
  const coding = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-b:v',
    '1500k',
    '-g',
    '50',
    '-c:a',
    'aac',
  ]
  execFileSync('ffmpeg', [
    '-loglevel',
    'error',
    ...video,
    '-t',
    '120',
    ...coding,
    '-movflags',
    '+faststart',
    path,
  ])
  return path
}
