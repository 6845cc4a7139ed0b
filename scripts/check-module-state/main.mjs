// Checks that no module of src/ has mutable state at its top level but for the exceptions below.
// Usage: node scripts/check-module-state/main.mjs [ROOT]
import { checkModuleState } from './check-module-state.mjs'

const violations = checkModuleState(process.argv[2] ?? '.', {
  'src/delivery/lease-watchdog.ts#PROCESS_WATCHDOG':
    'docs/decisions/0026-sendfile-under-a-lease.md',
  'src/request/listing-gate.ts#PROCESS_LISTINGS': 'docs/decisions/0035-listings-take-turns.md',
  'src/source/file/process-caches.ts#PROCESS_CACHES': 'docs/decisions/0020-process-wide-caches.md',
  'src/native/report-loss.ts#REPORTED':
    'one entry for each kind of loss: a warning belongs to the process',
  'src/companions/subtitle-names.ts#LANGUAGES':
    'a constant: an instance of Intl.DisplayNames has no methods that change it',
  'src/subtitles/ass-style.ts#PLAIN_STYLE': 'a constant: its set is read-only by its type',
  'src/pages/readme.ts#RENDERED': 'docs/decisions/0046-listing.md',
  'src/response/guard-fields.ts#shared': 'docs/decisions/0077-memory-of-an-open-stream.md',
  'src/admin/posters/bounded-reader.ts#BUDGET': 'docs/decisions/0046-listing.md',
  'src/video/auto-guard.ts#guards': 'of a page: the guards that its script has made',
  'src/video/remembered-pin.ts#remembered':
    'of a page, by element and weak: the next guard of an element needs its version',
  'src/video/guard.ts#guarded':
    'of a page, by element and weak: two guards of one element would load it twice',
  'src/admin/authorize.ts#LOOPBACK': 'a constant: its subnets are added when the module is loaded',
})
for (const line of violations) process.stderr.write(`${line}\n`)
process.exitCode = violations.length === 0 ? 0 : 1
