import { DEFAULT_MARKERS } from '../settings/live-options.js'
import { fileCaches } from '../source/file/process-caches.js'
import { folderSource } from '../source/live/folder-source.js'
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

function openFolder(environment: Environment) {
  const { MEDIA_ROOT, DOTFILES, APPEND_ONLY, LIVE, LIVE_STATE, CONTENT_CACHE } = environment
  try {
    const appends = APPEND_ONLY ? 'declared' : 'enforced'
    const live = LIVE ? { markers: DEFAULT_MARKERS, state: LIVE_STATE || undefined } : undefined
    const caches = fileCaches(CONTENT_CACHE)
    return folderSource({ roots: [MEDIA_ROOT], dotfiles: DOTFILES, appends, live, caches })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw usageError('MEDIA_ROOT', reason.replace(/^roots?: /, ''))
  }
}
