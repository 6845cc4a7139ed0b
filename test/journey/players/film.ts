import { mkdirSync } from 'node:fs'
import { Folder } from '../../fixture/files.js'
import { run } from '../../fixture/process.js'

/** Bytes of picture and sound in a second of the film. */
export const BYTES_PER_SECOND = 24_000

/** s of the film: more than a slow machine plays before it has reached its outage. */
export const FILM_SECONDS = 120

/** A picture with a beep a second, as HLS (`hls/index.m3u8`) and DASH (`dash/index.mpd`), in segments of 2 s. */
export async function filmInSegments(): Promise<Folder> {
  const folder = new Folder()
  for (const name of ['hls', 'dash']) mkdirSync(folder.at(name))
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25']
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=330:beep_factor=3']
  const video = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '50', '-keyint_min', '50']
  const rates = ['-b:v', '160k', '-maxrate', '160k', '-bufsize', '80k', '-pix_fmt', 'yuv420p']
  const audio = ['-c:a', 'aac', '-b:a', '32k']
  const hls = ['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod']
  const dash = ['-f', 'dash', '-seg_duration', '2', '-use_template', '1', '-use_timeline', '0']
  const film = folder.at('film.mp4')
  const length = ['-t', String(FILM_SECONDS)]
  await ffmpeg([...picture, ...sound, ...length, ...video, ...rates, ...audio, film])
  const copy = ['-c', 'copy']
  const lists = [...copy, ...hls, folder.at('hls/index.m3u8')]
  await ffmpeg(['-i', film, ...lists, ...copy, ...dash, folder.at('dash/index.mpd')])
  return folder
}

async function ffmpeg(args: readonly string[]): Promise<void> {
  const { code, stderr } = await run('ffmpeg', ['-v', 'error', ...args])
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${stderr}`)
}
