import { fileSource } from '../source/file/file-source.js'
import { isBucket, openBucket } from './open-bucket.js'
import type { Environment } from './settings/environment.js'
import { startServer } from './start-server.js'
import { usageError } from './usage-error.js'

/** Serves a folder or a bucket until a signal stops it. @throws LastbyteError BAD_SETTING */
export async function serve(environment: Environment): Promise<void> {
  const { MEDIA_ROOT } = environment
  const source = isBucket(MEDIA_ROOT)
    ? await openBucket(MEDIA_ROOT, environment)
    : openFolder(environment)
  await startServer(environment, { source })
}

function openFolder({ MEDIA_ROOT, DOTFILES, APPEND_ONLY }: Environment) {
  try {
    const appends = APPEND_ONLY ? 'declared' : 'enforced'
    return fileSource({ roots: [MEDIA_ROOT], dotfiles: DOTFILES, appends })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw usageError('MEDIA_ROOT', reason.replace(/^roots?: /, ''))
  }
}
