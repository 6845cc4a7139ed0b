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
