// A folder with what pages have to cope with: names that are long, right to left or emoji, posters, subtitles,
// chapters, a cover, a playlist, a README. Requires ffmpeg.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const MINUTE = 60_000
const DAY = 86_400_000

/** Names that the pages show, beside plain ones. */
export const NAMES = {
  long: 'A film whose name is far longer than any column of any listing can be, the director’s cut in its restored version with commentary (2026, 1080p).mp4',
  unbroken: `${'no-space-in-'.repeat(12)}this-name.webm`,
  rightToLeft: 'رحلة إلى القمر – الجزء الأول (1902).mp4',
  hebrew: 'סרט קצר.mp4',
  emoji: '🎬 Summer by the sea 🏖️👨‍👩‍👧.mp4',
  cyrillic: 'Ночной город.mp4',
}

const README = `# Films of the house

Everything here may be watched in the browser or downloaded. **Resume** works in both.

| folder | what it is |
| --- | --- |
| \`series/\` | three episodes, with chapters |
| \`hls/\` | the same film as a playlist |

- Subtitles: English, German, العربية
- Questions to the [operator](mailto:films@example.org)

\`\`\`sh
lastbyte get http://films.example.org/voyage.mp4
\`\`\`
`

const CUES = [
  'Do you see the light over there?',
  'It has been burning all night.',
  'Then we are close.',
]

function vtt() {
  const cues = CUES.map(
    (text, index) => `00:00:${pad(index * 8)}.000 --> 00:00:${pad(index * 8 + 7)}.500\n${text}\n`,
  )
  return `WEBVTT\n\n${cues.join('\n')}`
}

function srt() {
  const cues = CUES.map(
    (text, index) =>
      `${index + 1}\n00:00:${pad(index * 8)},000 --> 00:00:${pad(index * 8 + 7)},500\n${text}\n`,
  )
  return cues.join('\n')
}

const CHAPTERS = `WEBVTT

00:00:00.000 --> 00:00:08.000
Departure

00:00:08.000 --> 00:00:16.000
The crossing, which takes longer than anybody on board had expected

00:00:16.000 --> 00:00:30.000
الوصول
`

const pad = (number) => String(number).padStart(2, '0')

function ffmpeg(...args) {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`ffmpeg ${args.join(' ')} ended with ${status}: ${stderr}`)
}

const PALETTES = [
  ['0b3954', 'bfd7ea', 'ff6663', 'e0ff4f', '1b998b', '2d3047'],
  ['1d2b53', '7e2553', 'ff77a8', 'ffccaa', '29adff', '1d2b53'],
  ['10002b', '5a189a', 'ff9e00', 'ffd60a', '3c096c', '240046'],
]
const COVER = ['-c:v', 'copy', '-disposition:v', 'attached_pic', '-metadata', 'title=Nocturne']

const tone = (seconds) => ['-f', 'lavfi', '-i', `sine=frequency=220:duration=${seconds}`]

/** A film of moving colours. */
function record(path, { colors, seconds, size, rate }) {
  const shades = colors.map((color, index) => `c${index}=0x${color}`).join(':')
  const picture = `gradients=size=${size}:rate=25:n=6:speed=0.01:seed=4:${shades}`
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-pix_fmt', 'yuv420p']
  const input = ['-f', 'lavfi', '-i', picture, ...tone(seconds), '-t', String(seconds)]
  ffmpeg(...input, ...codec, ...rate, '-c:a', 'aac', '-movflags', '+faststart', path)
}

/** Writes the files into a folder. */
export function writeSite(folder) {
  const at = (name) => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    return path
  }
  const write = (name, content) => writeFileSync(at(name), content)
  const film = at('voyage.mp4')
  // Filled up to a constant rate, it has 11 MB: more than a browser loads at once.
  const filled = ['-minrate', '3M', '-maxrate', '3M', '-bufsize', '3M']
  const rate = ['-b:v', '3M', ...filled, '-x264-params', 'nal-hrd=cbr:filler=1']
  record(film, { colors: PALETTES[0], seconds: 30, size: '640x360', rate })
  ffmpeg('-ss', '12', '-i', film, '-frames:v', '1', at('voyage.jpg'))
  for (const [index, colors] of PALETTES.entries()) {
    const name = `series/Episode ${index + 1}`
    record(at(`${name}.mp4`), { colors, seconds: 8, size: '480x270', rate: ['-b:v', '600k'] })
    ffmpeg('-ss', '4', '-i', at(`${name}.mp4`), '-frames:v', '1', at(`${name}.jpg`))
  }
  const cover = at('series/cover.jpg')
  ffmpeg('-i', at('series/Episode 2.jpg'), '-vf', 'crop=270:270', cover)
  ffmpeg(...tone(30), '-i', cover, '-map', '0:a', '-map', '1:v', ...COVER, at('nocturne.mp3'))
  const hls = ['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod']
  ffmpeg('-i', at('series/Episode 1.mp4'), '-c', 'copy', ...hls, at('hls/index.m3u8'))
  const webm = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus']
  ffmpeg('-i', at('series/Episode 2.mp4'), ...webm, at(NAMES.unbroken))
  for (const [index, name] of ['long', 'rightToLeft', 'hebrew', 'emoji', 'cyrillic'].entries())
    copyFileSync(at(`series/Episode ${(index % 3) + 1}.mp4`), at(NAMES[name]))
  write('voyage.vtt', vtt())
  write('voyage.de.srt', srt())
  write('voyage.ar.vtt', vtt())
  write('voyage.chapters.vtt', CHAPTERS)
  write('README.md', README)
  write('budget.pdf', '%PDF-1.4\n%%EOF\n')
  write('recordings.zip', Buffer.alloc(3_400_000))
  write('server.log', 'GET /voyage.mp4 206\n'.repeat(4000))
  write('empty.txt', '')
  write('.secret', '')
  write('empty folder/.keep', '')
  setTimes(folder, [
    'voyage.mp4',
    NAMES.emoji,
    NAMES.rightToLeft,
    'nocturne.mp3',
    'budget.pdf',
    'recordings.zip',
    NAMES.long,
  ])
}

/** Dates from some minutes to some years ago. */
function setTimes(folder, names) {
  for (const [index, name] of names.entries()) {
    const time = new Date(
      Date.now() -
        [4 * MINUTE, 3 * 60 * MINUTE, DAY, 5 * DAY, 40 * DAY, 400 * DAY, 3000 * DAY][index],
    )
    utimesSync(join(folder, name), time, time)
  }
}
