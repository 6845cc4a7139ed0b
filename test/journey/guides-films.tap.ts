import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import tap from 'tap'
import { Chromium, hasMetadata, playToEnd } from '../fixture/browser.js'
import { Guide } from '../fixture/guide.js'
import { Computer } from '../fixture/lan.js'
import { LinkedApplication } from '../fixture/linked-application.js'
import { needs, needsNamespace } from '../fixture/process.js'

const needed = [
  needs('ffmpeg', 'ffprobe', 'chromium', 'nsenter', 'ip', 'npm'),
  await needsNamespace('net'),
]
const { skip } = needed.find((each) => each.skip !== false) ?? { skip: false as const }
const SITE = 'http://192.168.1.5:8080'

tap.test(
  'docs/guides/serve-films.md: a film is converted, gets companions, and plays on another computer',
  skip ? { skip } : {},
  async (t) => {
    using application = new LinkedApplication()
    const { folder, environment } = application
    const at = (name: string) => join(folder, name)
    mkdirSync(at('films'))
    copyFileSync('media/clip-moov-last.mp4', at('films/original.mp4'))
    // Shows no window.
    application.write(
      'bin/ffplay',
      '#!/bin/sh\nshift; exec ffmpeg -v error -i "$1" -c copy -f null -\n',
    )
    chmodSync(at('bin/ffplay'), 0o755)
    const PATH = `${at('bin')}:${environment.PATH}`
    await using here = new Computer(folder, { ...environment, PATH })
    await using other = new Computer(folder, { ...environment, PATH })
    await here.boot()
    await other.boot()
    await here.connect('192.168.1.5', other, '192.168.1.6')
    await here.must('npm install --global lastbyte')
    const guide = new Guide('serve-films')

    const { stdout: codecs } = await here.must(guide.next('ffprobe'))
    t.same(codecs.trim().split('\n').sort(), ['aac', 'h264'])
    await here.must(guide.next('ffmpeg -v error -i films/original.mp4 -c copy'))
    // A second of it takes as long as a minute tells.
    const encode = guide.next('ffmpeg -v error -i films/original.mp4 -c:v libx264')
    await here.must(encode.replace(' -c:v', ' -t 1 -c:v'))
    application.write('films/Voyage.de.srt', '1\n00:00:00,000 --> 00:01:00,000\nDie Reise\n')
    application.write('films/Voyage.chapters.txt', '0:00 The harbour\n0:30 The lake\n')
    await here.must(guide.next('ffmpeg -v error -ss 30'))

    const server = here.start(guide.next('lastbyte serve'))
    await server.waitForOutput(/Server listening at http:\/\/192\.168\.1\.5:8080/)
    const checked = await other.run(guide.next('lastbyte check'))
    t.equal(checked.code, 0, checked.stdout)
    t.match(checked.stdout, /^Level: proves.* 0 of \d+ checks failed/m, checked.stdout)
    t.equal((await other.run(guide.next('ffplay'))).code, 0)

    application.write(
      'chromium',
      `#!/bin/sh\nexec nsenter -t ${other.pid} -n /usr/bin/chromium "$@"\n`,
    )
    chmodSync(at('chromium'), 0o755)
    await using chromium = await Chromium.start(at('chromium'))
    const { page } = chromium
    const errors: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`)
    })
    await page.goto(`${SITE}/?view=grid`)
    await page.getByRole('link', { name: 'Watch' }).first().waitFor()
    // Without a companion, and with all.
    await page.goto(`${SITE}/-/watch/Journey.mp4`)
    const end = await playToEnd(page, { rate: 1, timeout: 30_000 })
    t.match(end, { ended: true, error: null }, `ended: ${JSON.stringify(end)}`)
    await page.goto(`${SITE}/-/watch/Voyage.mp4`)
    await hasMetadata(page)
    t.equal(await page.locator('track[kind=subtitles][srclang=de]').count(), 1)
    const poster = await page.locator('video').getAttribute('poster')
    t.match(poster, 'Voyage.jpg', `poster: ${poster}`)
    await page.getByText('The lake').waitFor()

    await here.must(guide.next('mkdir -p films/Voyage'))
    t.ok(existsSync(at('films/Voyage/index.m3u8')))
    t.equal((await other.run(`ffprobe -v error ${SITE}/Voyage/index.m3u8`)).code, 0)
    t.equal((await page.goto(`${SITE}/-/watch/Voyage/index.m3u8`))?.status(), 200)
    t.match(guide.next('npm install'), 'hls.js', 'the guide installs hls.js')
    t.same(errors, [], 'no page reports an error to the console')
    await here.must(guide.next('rm -r'))
    t.notOk(existsSync(at('films/Voyage.mp4')))
    t.strictSame(guide.left, [])
  },
)
