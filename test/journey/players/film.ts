import { mkdirSync } from 'node:fs'
import { Folder } from '../../fixture/files.js'
import { run } from '../../fixture/process.js'

/** Bytes of picture and sound in a second of the film. */
export const BYTES_PER_SECOND = 24_000

/** 60 s with a beep a second, as HLS (`hls/index.m3u8`) and DASH (`dash/index.mpd`), in segments of 2 s. */
export async function filmInSegments(): Promise<Folder> {
  const folder = new Folder()
  for (const name of ['hls', 'dash']) mkdirSync(folder.at(name))
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=60']
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=330:beep_factor=3:duration=60']
  const video = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '50', '-keyint_min', '50']
  const rates = ['-b:v', '160k', '-maxrate', '160k', '-bufsize', '80k', '-pix_fmt', 'yuv420p']
  const audio = ['-c:a', 'aac', '-b:a', '32k']
  const hls = ['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod']
  const dash = ['-f', 'dash', '-seg_duration', '2', '-use_template', '1', '-use_timeline', '0']
  const { code, stderr } = await run('ffmpeg', [
    ...['-v', 'error', ...picture, ...sound],
    ...[...video, ...rates, ...audio, ...hls, folder.at('hls/index.m3u8')],
    ...[...video, ...rates, ...audio, ...dash, folder.at('dash/index.mpd')],
  ])
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${stderr}`)
  return folder
}
