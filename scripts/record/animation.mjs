// Frames of two panes, one above the other, as one animated WebP.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @param panes from top to bottom
 * @param from,to times in ms since 1970
 */
export function writeAnimation(output, { panes, from, to, framesPerSecond, quality, folder }) {
  const times = []
  for (let at = from; at < to; at += 1000 / framesPerSecond) times.push(at)
  const inputs = panes.flatMap((pane) => {
    const list = join(folder, `${pane.name}.txt`)
    const lines = times.map((at) => `file '${pane.frameAt(at)}'\nduration ${1 / framesPerSecond}\n`)
    writeFileSync(list, lines.join(''))
    return ['-f', 'concat', '-safe', '0', '-i', list]
  })
  const stacked = `vstack=inputs=${panes.length},fps=${framesPerSecond}`
  const encoder = ['-c:v', 'libwebp_anim', '-lossless', '0', '-quality', String(quality)]
  const format = [...encoder, '-compression_level', '6', '-loop', '0', output]
  const args = ['-v', 'error', '-y', ...inputs, '-filter_complex', stacked, ...format]
  const { status, stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ffmpeg ended with ${status}: ${stderr}`)
}
