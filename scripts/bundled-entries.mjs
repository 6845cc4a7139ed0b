/** Files that pages load → the module that each is bundled from. */
export const BUNDLED_ENTRIES = {
  'player.js': 'src/pages/scripts/player.ts',
  'listing.js': 'src/pages/scripts/listing.ts',
  'transfers.js': 'src/pages/scripts/transfers.ts',
  'faults.js': 'src/pages/scripts/faults.ts',
  'problem.js': 'src/pages/scripts/problem.ts',
  'guard.js': 'src/video/auto-guard.ts',
  'worker.js': 'src/video/media-worker.ts',
}

/** The module that loads the bundle of the command, and is part of no other program. */
export const BUNDLE_LOADER = 'src/cli/run-cached.ts'

/** Modules of Node → the module that the bundle of the command has in their place. */
export const BUNDLE_SUBSTITUTES = {
  'node:fs/promises': 'src/cli/immediate-files.ts',
  'node:child_process': 'src/cli/no-processes.ts',
}
