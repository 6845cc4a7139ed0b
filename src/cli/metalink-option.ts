import { type MetalinkOptions, mirrorUrl } from '../settings/metalink-options.js'
import type { Environment } from './settings/environment.js'

/** The plugin's option `metalink`: a mirror switches it on. @throws LastbyteError BAD_SETTING */
export function metalinkOption({
  METALINK,
  MIRROR,
}: Pick<Environment, 'METALINK' | 'MIRROR'>): boolean | MetalinkOptions {
  const urls = MIRROR.split(/\s+/).filter((url) => url !== '')
  const mirrors = urls.map((url) => mirrorUrl('MIRROR', url))
  return mirrors.length > 0 ? { mirrors } : METALINK
}
