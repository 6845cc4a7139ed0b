import { copyFileSync } from 'node:fs'
import tap from 'tap'
import { CuttingProxy } from '../fixture/cutting-proxy.js'
import { Folder } from '../fixture/files.js'
import { needs, run, Server } from '../fixture/process.js'

const CLIPS = ['clip.mp4', 'clip-moov-last.mp4', 'clip.webm']

/** The duration of a URL's media in seconds, as ffprobe reports it. */
async function duration(url: string): Promise<number> {
  const { stdout } = await run('ffprobe', [
    '-v',
    'error',
    '-show_entries',
    'format=duration',
    '-of',
    'csv=p=0',
    url,
  ])
  return Number(stdout)
}

tap.test(
  'ffprobe and ffmpeg read each clip over HTTP and seek in it',
  needs('ffprobe', 'ffmpeg'),
  async (t) => {
    await using server = await Server.start(['media'])
    using out = new Folder()
    for (const clip of CLIPS) {
      const url = `${server.url}/${clip}`
      t.ok(Math.abs((await duration(url)) - 60) < 0.5, `${clip} lasts a minute`)
      const copy = out.at(`copy-of-${clip}`)
      const whole = await run('ffmpeg', ['-v', 'error', '-i', url, '-c', 'copy', copy])
      t.equal(whole.code, 0, whole.stderr)
      t.ok(Math.abs((await duration(copy)) - 60) < 0.5, `${clip} is copied completely`)
      const frame = out.at(`${clip}.png`)
      const seek = await run('ffmpeg', [
        '-v',
        'error',
        '-ss',
        '45',
        '-i',
        url,
        '-frames:v',
        '1',
        frame,
      ])
      t.equal(seek.code, 0, seek.stderr)
    }
    t.ok(
      server.transfers.some(({ status }) => status === 206),
      'seeking sends range requests',
    )
  },
)

tap.test(
  'ffmpeg with -reconnect resumes through connections that end every 500 kB',
  needs('ffprobe', 'ffmpeg'),
  async (t) => {
    await using server = await Server.start(['media'])
    await using proxy = await CuttingProxy.start(() => server.port, 500_000)
    using out = new Folder()
    const reconnect = [
      '-reconnect',
      '1',
      '-reconnect_on_network_error',
      '1',
      '-reconnect_delay_max',
      '1',
    ]
    const args = [
      '-v',
      'error',
      ...reconnect,
      '-i',
      `http://127.0.0.1:${proxy.port}/clip.mp4`,
      '-c',
      'copy',
      out.at('copy.mp4'),
    ]
    const { code, stderr } = await run('ffmpeg', args)
    t.equal(code, 0, stderr)
    t.ok(proxy.cuts > 3, `${proxy.cuts} cuts`)
    t.ok(Math.abs((await duration(out.at('copy.mp4'))) - 60) < 0.5, 'the copy is complete')
  },
)

tap.test('each sample clip has its own Content-Type', async (t) => {
  using folder = new Folder()
  for (const clip of [...CLIPS, 'clip.vtt']) copyFileSync(`media/${clip}`, folder.at(clip))
  await using server = await Server.start([folder.path])
  const type = async (name: string) =>
    (await fetch(`${server.url}/${name}`, { method: 'HEAD' })).headers.get('content-type')
  t.equal(await type('clip.mp4'), 'video/mp4')
  t.equal(await type('clip.webm'), 'video/webm')
  t.equal(await type('clip.vtt'), 'text/vtt; charset=utf-8')
})
